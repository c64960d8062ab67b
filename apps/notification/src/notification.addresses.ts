import { Injectable } from '@nestjs/common';

/** Who lives where: notification alone knows. Here every customer has a mailbox of that name; a real shop asks its customer register. */
@Injectable()
export class Addresses {
  of(customerId: string): string {
    return `${customerId.replace(/[^A-Za-z0-9._-]/g, '_')}@customers.example`;
  }
}
