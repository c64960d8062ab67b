// Loaded into every process that startProcess starts. A test runner that is killed cannot clean up; its end of this pipe
// closes all the same. (Jest gives tests a copy of `process`, so an exit listener of theirs would never be called.)
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
process.stdin.unref();
