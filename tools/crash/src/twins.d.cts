/** The planted bugs, by name: what each is, and the labels at which services die in the rounds that are to find it. */
export const twins: Readonly<Record<string, { readonly says: string; readonly labels: readonly string[] }>>;
