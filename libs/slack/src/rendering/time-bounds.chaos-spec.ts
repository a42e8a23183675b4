import { describeTimeBounds } from '@jamie/testing';
import { plainText } from '../delivery/message-content';
import { readable } from '../asks/message-text';
import { messageSizes, nextPiece } from './layout';
import { LinkPolicy } from './link-policy';
import { blocksOf } from './markdown-blocks';
import { neutralise, neutraliseSoFar } from './neutralise';

const links = new LinkPolicy(['a.example']);

describeTimeBounds({
  neutralise: (text) => neutralise(text, links),
  neutraliseSoFar: (text) => neutraliseSoFar(text, links),
  blocksOf,
  nextPiece: (text) => nextPiece(text, { sizes: messageSizes, attached: 0, final: true }),
  plainText,
  readable,
});
