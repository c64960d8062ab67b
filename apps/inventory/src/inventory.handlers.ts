import { IssueStock, ReleaseStock, ReserveStock, StockIssued, StockRejected, StockReleased, StockReserved } from '@duet/contracts';
import { Handles, NotRetryable } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { InventoryStore } from './inventory.store';

/** Goods were to leave the house that nobody had reserved: the pivot's promise was broken somewhere. A person must look. */
export class NothingReserved extends NotRetryable {
  override readonly name = 'NothingReserved';
}

@Controller()
export class InventoryHandlers {
  constructor(private readonly store: InventoryStore) {}

  @Handles(ReserveStock)
  async reserve({ orderId, lines }: ReserveStock): Promise<StockReserved | StockRejected> {
    const shortage = await this.store.reserve({ orderId, lines });
    return shortage
      ? StockRejected.of({
          orderId,
          reason: { code: 'no-stock', text: `${shortage.wanted} of ${shortage.sku} were ordered, ${shortage.available} are available` },
        })
      : StockReserved.of({ orderId });
  }

  @Handles(ReleaseStock)
  async release({ orderId }: ReleaseStock): Promise<StockReleased> {
    await this.store.release(orderId);
    return StockReleased.of({ orderId });
  }

  @Handles(IssueStock)
  async issue({ orderId }: IssueStock): Promise<StockIssued> {
    if (await this.store.issue(orderId)) return StockIssued.of({ orderId });
    throw new NothingReserved(
      `order ${orderId} was shipped, but nothing is reserved for it; find out what left the house and settle this by hand`,
    );
  }
}
