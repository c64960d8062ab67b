// Loaded into every service that npm start starts. A supervisor that was killed cannot stop its services; its end of this pipe closes all the same.
const stop = () => {
  process.kill(process.pid, 'SIGTERM');
  // Longer than a service takes to finish its work.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20_000).unref();
};
process.stdin.on('end', stop);
process.stdin.on('error', stop);
process.stdin.resume();
process.stdin.unref();
