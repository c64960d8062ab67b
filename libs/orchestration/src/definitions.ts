import type { Definition } from '@duet/saga';
import { WrongDeclaration } from '@duet/participant';

/** A saga began with a version of its definition that this build does not have. It waits, and goes on with a build that has it. */
export class UnknownVersion extends Error {
  override readonly name = 'UnknownVersion';
  readonly retryable = true;
  constructor(process: string, version: number, known: readonly number[]) {
    const has = known.length > 0 ? `version ${known.join(', ')}` : 'no version';
    super(`this build has ${has} of ${process}, and the saga began with version ${version}; deploy a build that has it`);
  }
}

/** The versions of each process's definition that this build has, side by side. New sagas begin with the newest; each keeps the one that it began with. */
export class Definitions {
  private readonly versions = new Map<string, Map<number, Definition>>();

  /** @throws WrongDeclaration */
  constructor(all: readonly Definition[]) {
    for (const definition of all) {
      const { process, version } = definition;
      const versions = this.versions.get(process) ?? new Map<number, Definition>();
      if (versions.has(version))
        throw new WrongDeclaration(`${process} has two definitions of version ${version}; give the newer one the next number`);
      this.versions.set(process, versions.set(version, definition));
    }
  }

  newest(process: string): Definition {
    const newest = Math.max(...(this.versions.get(process)?.keys() ?? []));
    return this.of(process, newest);
  }

  /** @throws UnknownVersion */
  of(process: string, version: number): Definition {
    const versions = this.versions.get(process);
    const definition = versions?.get(version);
    if (!definition) throw new UnknownVersion(process, version, [...(versions?.keys() ?? [])]);
    return definition;
  }

  has(process: string, version: number): boolean {
    return this.versions.get(process)?.has(version) === true;
  }
}
