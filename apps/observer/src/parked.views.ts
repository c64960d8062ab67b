import { Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';

/** A message that waits for a person at its owner. */
export class ParkedView {
  @IsString() process!: string;
  @IsString() id!: string;
  /** At which service: there it is redriven, settled or dropped (`/held`). */
  @IsString() service!: string;
  /** The command that cannot be carried out, or the event that cannot be handled. */
  @IsString() command!: string;
  @IsString() messageId!: string;
  @IsIn(['action', 'undo', 'cancel', 'retriable', 'hears']) role!: 'action' | 'undo' | 'cancel' | 'retriable' | 'hears';
  /** The error's name and text. */
  @ValidateNested() @Type(() => Reason) reason!: Reason;
  @IsString() since!: string;
}

export class ParkedPage {
  /** How many of each reason wait at each service, over all. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => ParkedGroup) groups!: ParkedGroup[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => ParkedView) items!: ParkedView[];
  @IsOptional() @IsString() next?: string;
}
export class ParkedGroup {
  @IsString() service!: string;
  @IsString() command!: string;
  @IsString() code!: string;
  @IsInt() count!: number;
}
