import { describeJoinedThreads } from '@jamie/testing';
import { LocalJoinedThreads } from './local-joined-threads';

describeJoinedThreads('of one process', () => new LocalJoinedThreads());
