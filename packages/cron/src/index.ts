export { cron, type CronOptions } from './cron.js';
