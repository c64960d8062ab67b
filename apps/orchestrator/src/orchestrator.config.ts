import { participantFields } from '@duet/participant';

export const fields = participantFields('orchestrator', 3006);
