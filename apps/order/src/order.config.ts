import { participantFields } from '@duet/participant';

export const fields = participantFields('order', 3000);
