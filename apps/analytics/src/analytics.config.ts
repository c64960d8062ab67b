import { participantFields } from '@duet/participant';

export const fields = participantFields('analytics', 3005);
