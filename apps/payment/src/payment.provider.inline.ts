import { setTimeout as pause } from 'node:timers/promises';
import { derivedId } from '@duet/message';
import {
  type Charge,
  ChargeCancelled,
  type ChargeRequest,
  PaymentProvider,
  ProviderRefusedRequest,
  ProviderUnavailable,
  type Refund,
} from './payment.provider';

type Account =
  | { readonly is: 'charged'; readonly paymentId: string; readonly amount: number }
  | { readonly is: 'declined'; readonly text: string }
  | { readonly is: 'cancelled'; readonly refunded: number };

/** A provider inside the process, with the rules of the one outside and no network: for benchmarks and pure tests. It forgets everything when the process ends. */
export class InlinePaymentProvider extends PaymentProvider {
  private readonly accounts = new Map<string, Account>();
  private readonly failed = new Map<string, number>();

  async charge({ key, amount, method }: ChargeRequest, signal: AbortSignal): Promise<Charge> {
    const before = this.accounts.get(key);
    if (!before) {
      if (method === 'card_slow') await pause(5_000, undefined, { signal });
      if (method === 'card_review') throw new ProviderRefusedRequest('the provider must look at this account first; call it');
      if (method === 'card_flaky' && this.failures(key) < 2) {
        this.failed.set(key, this.failures(key) + 1);
        throw new ProviderUnavailable('the provider is flaky today; ask again with the same key');
      }
    }
    // Looked up again: it may have been cancelled while it was slow.
    const account = this.accounts.get(key) ?? this.open(key, amount, method);
    switch (account.is) {
      case 'charged':
        return { paymentId: account.paymentId };
      case 'declined':
        return { declined: account.text };
      case 'cancelled':
        throw new ChargeCancelled(`the charge ${key} was cancelled`);
    }
  }

  async cancel({ key }: { readonly key: string }): Promise<Refund> {
    const account = this.accounts.get(key);
    if (account?.is === 'cancelled') return { refunded: account.refunded };
    const refunded = account?.is === 'charged' ? account.amount : 0;
    this.accounts.set(key, { is: 'cancelled', refunded });
    return { refunded };
  }

  private failures(key: string): number {
    return this.failed.get(key) ?? 0;
  }

  private open(key: string, amount: number, method: string): Account {
    const accepted = ['card_ok', 'card_slow', 'card_flaky'].includes(method);
    const account: Account = accepted
      ? { is: 'charged', paymentId: derivedId(key, 'charge', 0), amount }
      : { is: 'declined', text: method === 'card_declined' ? 'the card was declined' : `the payment method ${method} is not accepted` };
    this.accounts.set(key, account);
    return account;
  }
}
