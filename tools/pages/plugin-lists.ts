import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { redis } from '@kopfts/persistence-redis';
import { forKinds, multi } from '@kopfts/core';

const plugins = [kubernetes(), annotations(), forKinds(['KopfExample', 'pods'], redis())]; // these in Redis, all others in annotations
const onTheWay = [kubernetes(), multi(redis(), annotations())]; // from annotations to Redis

export const lists = { plugins, onTheWay };
