import { IsIn, IsString } from 'class-validator';
import { context } from './message';

const duet = context('duet');
const topic = 'duet.parked';

/** What a message was to do at its owner; a `retriable` is a command that cannot be refused. */
export const parkedRoles = ['action', 'undo', 'cancel', 'retriable', 'hears'] as const;

/** A message waits for a person: no more tries can help. Its saga stands still at this service, everything else flows. */
export class MessageParked extends duet.event('MessageParked', { topic }) {
  @IsString() service!: string;
  /** The wire name of the command, or of the event that was heard. */
  @IsString() command!: string;
  @IsIn([...parkedRoles]) role!: (typeof parkedRoles)[number];
  @IsString() messageId!: string;
  /** The error's name and text. */
  @IsString() code!: string;
  @IsString() text!: string;
}

/** It does not wait any more: tried again, settled by hand, made needless by its undo, or dropped. */
export class MessageFreed extends duet.event('MessageFreed', { topic }) {
  @IsString() service!: string;
  @IsString() command!: string;
  @IsString() messageId!: string;
  @IsIn(['redrive', 'settled', 'undo', 'drop']) by!: 'redrive' | 'settled' | 'undo' | 'drop';
}
