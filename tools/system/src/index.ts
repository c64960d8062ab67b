export { declarations, findings } from './verify';
