/** The planted bugs, by name. */
export const twins: Readonly<Record<string, Twin>>;

/** A bug; and either the labels at which services die in the rounds that are to find it, or the test of libs/participant that must find it. */
export interface Twin {
  readonly says: string;
  readonly labels?: readonly string[];
  readonly test?: { readonly suite: string; readonly name: string };
}
