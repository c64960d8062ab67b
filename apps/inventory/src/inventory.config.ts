import { participantFields } from '@duet/participant';

export const fields = participantFields('inventory', 3001);
