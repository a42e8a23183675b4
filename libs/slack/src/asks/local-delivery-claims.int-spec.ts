import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDeliveryClaims, newDelivery } from '@jamie/testing';
import { AskJournal } from './ask-journal';
import { LocalDeliveryClaims } from './local-delivery-claims';

const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'jamie-claims-'));
  folders.push(made);
  return made;
}

function claimsIn(stateDirectory: string): LocalDeliveryClaims {
  return new LocalDeliveryClaims(
    new AskJournal({
      mode: 'socket',
      appToken: 'xapp-1',
      botToken: 'xoxb-1',
      apiUrl: 'http://127.0.0.1:1/api/',
      version: '0',
      linkHosts: [],
      allowGuests: false,
      allowExternal: false,
      stateDirectory,
    }),
  );
}

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

describeDeliveryClaims('in the process', () => Promise.resolve(claimsIn(folder())));

describe('claims of a process that ended', () => {
  it('hands out once what was not finished, with a claim to finish it', async () => {
    const stateDirectory = folder();
    const before = claimsIn(stateDirectory);
    const [left, done, given] = [newDelivery(), newDelivery(), newDelivery()];
    await before.claim(left);
    await (await before.claim(done))?.settle();
    await (await before.claim(given))?.release();
    const after = claimsIn(stateDirectory);
    const orphans = await after.orphans();
    expect(orphans.map(({ ask }) => ask)).toEqual([left.ask]);
    expect(await after.orphans()).toEqual([]);
    await orphans[0]?.claim.settle();
    expect(await claimsIn(stateDirectory).orphans()).toEqual([]);
  });

  it('does not let in again what was taken before, unless it was given back', async () => {
    const stateDirectory = folder();
    const before = claimsIn(stateDirectory);
    const [left, done, given] = [newDelivery(), newDelivery(), newDelivery()];
    await before.claim(left);
    await (await before.claim(done))?.settle();
    await (await before.claim(given))?.release();
    const after = claimsIn(stateDirectory);
    expect([await after.claim(left), await after.claim(done)]).toEqual([undefined, undefined]);
    expect(await after.claim(given)).toBeDefined();
  });

  it('knows what was taken before its file was full, and what was left open in it', async () => {
    const stateDirectory = folder();
    const before = claimsIn(stateDirectory);
    const [left, done] = [newDelivery(), newDelivery()];
    await before.claim(left);
    await (await before.claim(done))?.settle();
    const later = Array.from({ length: 10_100 }, () => newDelivery());
    for (const delivery of later) await (await before.claim(delivery))?.settle();
    expect(readdirSync(stateDirectory)).toHaveLength(2);
    const after = claimsIn(stateDirectory);
    expect((await after.orphans()).map(({ ask }) => ask)).toEqual([left.ask]);
    for (const delivery of later.slice(-9000)) expect(await after.claim(delivery)).toBeUndefined();
    expect(readdirSync(stateDirectory)).toHaveLength(1);
  });
});
