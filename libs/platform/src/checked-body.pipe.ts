import { checkOf, schemaOf, type Class } from '@duet/message';
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { isRequestBody } from './json-body';
import { Problem } from './problem';

/** Whether a parameter's type is a class that says by its decorators what its data must be. */
export function isChecked(type: unknown): type is Class {
  return (
    typeof type === 'function' && type !== Object && type !== Array && Object.keys(schemaOf(type as Class).properties ?? {}).length > 0
  );
}

/** Checks `@Body() order: PlaceOrder` by what the class's decorators say, as messages are checked; but here unknown fields are refused: they are a client's mistake. */
@Injectable()
export class CheckedBodyPipe implements PipeTransform<unknown, unknown> {
  transform(data: unknown, { type, metatype, data: field }: ArgumentMetadata): unknown {
    if (type !== 'body' || field !== undefined) return data;
    if (data !== undefined && !isRequestBody(data)) return data;
    if (!isChecked(metatype)) return data;
    if (data === undefined) throw Problem.badRequest('The request needs a JSON body, and has none.', { code: 'no-body' });
    const faults = checkOf(metatype, { unknownFields: 'refused' })(data);
    if (faults.length > 0) throw Problem.invalid(faults);
    return Object.assign(Object.create(metatype.prototype as object) as object, data);
  }
}
