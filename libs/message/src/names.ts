import type { MessageClass } from './message';

/** The name on the wire (`ce_type`): `inventory.ReserveStock`. */
export const wireName = (cls: MessageClass): string => `${cls.context}.${cls.type}`;

/** The topic it travels by: `inventory.commands` or `inventory.events`, unless its class names another. */
export const topicOf = ({ topic, context, kind }: MessageClass): string =>
  topic ?? `${context}.${kind === 'command' ? 'commands' : 'events'}`;

/** Which schema its body follows (`ce_dataschema`), as a URI-reference that ends with the version: `/inventory/ReserveStock/1`. */
export const dataschemaOf = (cls: MessageClass): string => `/${cls.context}/${cls.type}/${cls.version}`;

export const isMessage = (cls: object): cls is MessageClass => 'kind' in cls && 'context' in cls && 'type' in cls && 'version' in cls;
