import { describeRateLimit } from '@jamie/testing';
import { LocalRateLimit } from './local-rate-limit';

describeRateLimit('in the process', (rule) => Promise.resolve(new LocalRateLimit(rule)));
