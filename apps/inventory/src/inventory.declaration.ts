import { IssueStock, ReleaseStock, ReserveStock } from '@duet/contracts';
import { service } from '@duet/saga';
import { inventoryReactions } from './inventory.reactions';

export const declaration = service({
  name: 'inventory',
  handles: [ReserveStock, ReleaseStock, IssueStock],
  reactions: [inventoryReactions],
});
