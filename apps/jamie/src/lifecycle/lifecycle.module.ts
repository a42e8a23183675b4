import { Global, Module } from '@nestjs/common';
import { RunningAsks } from '@jamie/core';
import { Lifecycle } from './lifecycle';

@Global()
@Module({
  providers: [Lifecycle, { provide: RunningAsks, useExisting: Lifecycle }],
  exports: [Lifecycle, RunningAsks],
})
export class LifecycleModule {}
