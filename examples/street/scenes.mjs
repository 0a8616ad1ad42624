/** The pictures of the sample dataset: who stands where, from where it is seen, in which light. */
import * as models from "./models.mjs";
import { Camera, fractalNoise, random } from "./tracer.mjs";

const unit = (v) => v.map((x) => x / Math.hypot(...v));

/** Daylight: the sky as a function of direction, its light, the haze in the distance. */
function light({ sun, warmth = 0, clouds = 0.5, seed = 1, strength = 2.6 }) {
  const direction = unit(sun);
  const zenith = [0.1 + 0.1 * warmth, 0.27, 0.62 - 0.12 * warmth];
  const horizon = [0.62 + 0.5 * warmth, 0.74 - 0.02 * warmth, 0.88 - 0.34 * warmth];
  const sky = (dx, dy, dz, out) => {
    const h = Math.max(0, dy);
    const t = Math.min(1, h * 1.9) ** 0.6;
    for (let i = 0; i < 3; i++) out[i] = horizon[i] + (zenith[i] - horizon[i]) * t;
    if (dy > 0.01) {
      const k = 1.1 / (dy + 0.12);
      const cover = fractalNoise(dx * k * 1.3 + seed, seed, dz * k * 1.3, 5);
      const cloud = Math.max(0, Math.min(1, (cover - 1 + clouds * 0.9) * 5)) * Math.min(1, dy * 8);
      const bright = 0.9 + 0.25 * cover;
      for (let i = 0; i < 3; i++) out[i] += ([1.02 + 0.2 * warmth, 1, 1 - 0.12 * warmth][i] * bright - out[i]) * cloud;
    }
    const glow = Math.max(0, dx * direction[0] + dy * direction[1] + dz * direction[2]);
    const halo = 0.35 * glow ** 24 + 8 * (glow > 0.9995 ? 1 : 0);
    out[0] += halo;
    out[1] += halo * (0.92 - 0.2 * warmth);
    out[2] += halo * (0.75 - 0.4 * warmth);
  };
  return {
    sun: {
      direction,
      color: [strength * (1.05 + 0.1 * warmth), strength * (0.98 - 0.13 * warmth), strength * (0.9 - 0.38 * warmth)],
    },
    sky,
    // what a smooth surface mirrors: sky above, house fronts at eye level, road below
    reflection(dx, dy, dz, out) {
      if (dy > 0.32) return sky(dx, dy, dz, out);
      const wall = dy > 0 ? 0.28 + 0.5 * fractalNoise(dx * 6, dy * 5, dz * 6, 2) : 0.12;
      const t = Math.max(0, Math.min(1, (dy - 0.22) * 10));
      sky(dx, 0.34, dz, out);
      for (let i = 0; i < 3; i++) out[i] = out[i] * t + [wall * 0.75, wall * 0.72, wall * 0.7][i] * (1 - t);
    },
    ambient: [0.62 + 0.1 * warmth, 0.7, 0.85 - 0.15 * warmth],
    haze: { color: horizon.map((c) => c * 0.95), density: 0.0045 - 0.0012 * warmth },
  };
}

/** Both sides of a street that runs along z: pavements, houses, trees. */
function street({ half, walk = 3.6, from = -12, to = 150, seed = 1, trees = true }) {
  const next = random(seed);
  const walls = [0xb7906b, 0xc9b79a, 0x9c6b55, 0xd8cbb2, 0x8f9aa3, 0xa8785a, 0xc4a484, 0x7d8a7a];
  const shops = [0x6d2230, 0x1f4a5f, 0x2f5d3a, 0x8a6a1f, 0x3b3357, 0x7a3b1d];
  const objects = [];
  for (const side of [-1, 1]) {
    objects.push(
      models.pavement(
        [side * half, side * (half + walk)].sort((a, b) => a - b),
        [from, to],
      ),
    );
    for (let z = from; z < to;) {
      const width = 9 + next() * 9;
      const x = side * (half + walk);
      objects.push(
        models.building(
          [x, x + side * 10].sort((a, b) => a - b),
          [z, z + width],
          9 + Math.floor(next() * 4) * 3.2 + next(),
          {
            color: walls[Math.floor(next() * walls.length)],
            shop: shops[Math.floor(next() * shops.length)],
            seed: next() * 100,
          },
        ),
      );
      z += width;
    }
    if (trees)
      for (let z = 6 + next() * 5; z < 90; z += 11 + next() * 5)
        objects.push(
          models.tree([side * (half + 0.8), 0.1, z], {
            height: 5.2 + next() * 1.8,
            seed: next() * 50,
            color: [0x4f7a2c, 0x5f8a35, 0x6d8a2f][Math.floor(next() * 3)],
          }),
        );
  }
  return objects;
}

const PEOPLE = [
  { top: 0xb23a48, bottom: 0x2b3550, hair: 0x20140d, skin: 0xe0ac86 },
  { top: 0xe9e4d8, bottom: 0x3b4a3f, hair: 0x5a3a1c, skin: 0x8d5a3b, shoes: 0xdddddd },
  { top: 0x2f6f73, bottom: 0x14161c, hair: 0x0f0b09, skin: 0x6b4227 },
  { top: 0xe0a92e, bottom: 0x35548a, hair: 0x8a5a26, skin: 0xf0c6a4 },
  { top: 0x5b3f7d, bottom: 0x5b3f7d, hair: 0x120c08, skin: 0xc98f68, skirt: true },
  { top: 0x3c3f46, bottom: 0x8a7a5f, hair: 0x9a9a96, skin: 0xdda17c },
  { top: 0xcf5f2a, bottom: 0x23262d, hair: 0x2a1a10, skin: 0xa8714c },
  { top: 0x7fa7c9, bottom: 0xb8ab93, hair: 0x3a2413, skin: 0xe8b993, skirt: true },
];

/** The scenes in order; each is called with a function that hands out object ids. */
export const SCENES = [
  {
    name: "avenue/noon.jpg",
    width: 1280,
    height: 720,
    camera: { eye: [0.3, 1.75, -5.6], yaw: -0.01, pitch: 0.01, fov: 44 },
    light: { sun: [0.55, 0.8, -0.55], clouds: 0.52, seed: 3 },
    exposure: 0.72,
    ground: { lanes: [0], edges: [5.4, -5.4], crossings: [[1.2, 4.2, -5.6, 5.6]] },
    build(id) {
      const p = (index, x, z, pose) =>
        models.person(id(), [x, Math.abs(x) > 5.7 ? 0.14 : 0, z], { ...PEOPLE[index], ...pose });
      return [
        ...street({ half: 5.7, seed: 11 }),
        models.car(id(), [2.1, 0, 8.6], { color: 0x2a5a8a }),
        models.car(id(), [2.3, 0, 19], { color: 0xd0d2d4, tall: 0.12 }),
        models.truck(id(), [2.4, 0, 33], { color: 0xd9a520 }),
        models.bus(id(), [-3.4, 0, 24], { yaw: Math.PI, color: 0x9c3a2c }),
        models.car(id(), [-3.3, 0, 10.5], { yaw: Math.PI, color: 0x8f2b28 }),
        models.car(id(), [-3.4, 0, 44], { yaw: Math.PI, color: 0x2a2d33 }),
        p(0, -1.5, 2.6, { yaw: Math.PI / 2, stride: 0.7 }),
        p(3, 0.2, 3.3, { yaw: Math.PI / 2 + 0.1, stride: -0.6 }),
        p(1, 3.3, 2.2, { yaw: -Math.PI / 2, stride: 0.65 }),
        p(4, 6.6, 5.2, { yaw: Math.PI + 0.2, stride: 0.3 }),
        p(2, -7.0, 7.5, { yaw: 0.1, stride: 0.6 }),
        p(5, -7.9, 4.0, { yaw: Math.PI - 0.4 }),
        p(6, 7.3, 12.0, { yaw: Math.PI, stride: -0.5 }),
        models.dog(id(), [7.1, 0.14, 4.6], { yaw: Math.PI + 0.4 }),
        ...models.trafficLight(id(), [5.95, 0.1, 4.9], { lit: 0 }),
        ...models.trafficLight(id(), [-5.95, 0.1, 4.9], { lit: 0 }),
      ];
    },
  },
  {
    name: "avenue/crossing.jpg",
    width: 640,
    height: 480,
    camera: { eye: [-1.2, 1.6, -3.2], yaw: 0.06, pitch: -0.05, fov: 48 },
    light: { sun: [-0.6, 0.62, -0.35], clouds: 0.42, seed: 9 },
    exposure: 0.74,
    ground: { lanes: [0], edges: [4.6, -4.6], crossings: [[1.0, 4.4, -4.8, 4.8]] },
    build(id) {
      const p = (index, x, z, pose) =>
        models.person(id(), [x, Math.abs(x) > 4.9 ? 0.14 : 0, z], { ...PEOPLE[index], ...pose });
      return [
        ...street({ half: 4.9, seed: 4, walk: 3 }),
        p(6, -1.9, 2.1, { yaw: Math.PI / 2, stride: 0.75 }),
        p(7, -0.3, 3.4, { yaw: Math.PI / 2, stride: -0.55 }),
        p(2, 1.6, 2.6, { yaw: -Math.PI / 2 - 0.2, stride: 0.6, wave: 1 }),
        p(5, 2.6, 3.9, { yaw: -Math.PI / 2, stride: -0.7 }),
        models.car(id(), [1.9, 0, 9.4], { yaw: Math.PI, color: 0xe2b33c, tall: 0.05 }),
        models.car(id(), [-2.2, 0, 11], { yaw: Math.PI, color: 0x4a6b57 }),
        models.truck(id(), [1.9, 0, 20], { yaw: Math.PI, color: 0x4a7fa8 }),
        models.bicycle(id(), [-5.6, 0.14, 5.0], { yaw: 0.25, color: 0xa12f2f }),
        ...models.stopSign(id(), [5.3, 0.1, 5.6]),
      ];
    },
  },
  {
    name: "avenue/evening.jpg",
    width: 640,
    height: 427,
    camera: { eye: [1.5, 1.5, -6], yaw: -0.1, pitch: -0.02, fov: 42 },
    light: { sun: [-0.62, 0.24, 0.75], warmth: 0.8, clouds: 0.6, seed: 21, strength: 2.4 },
    exposure: 0.8,
    ground: { lanes: [0], edges: [5, -5], crossings: [] },
    build(id) {
      const p = (index, x, z, pose) =>
        models.person(id(), [x, Math.abs(x) > 5.2 ? 0.14 : 0, z], { ...PEOPLE[index], ...pose });
      return [
        ...street({ half: 5.2, seed: 29 }),
        models.bus(id(), [2.7, 0, 13.5], { color: 0x2c7a6b }),
        models.car(id(), [-2.6, 0, 3.6], { yaw: Math.PI, color: 0x8c8f94 }),
        models.car(id(), [-2.5, 0, 12.5], { yaw: Math.PI, color: 0x5a1f2c, tall: 0.1 }),
        models.car(id(), [2.4, 0, 28], { color: 0xc9c4b8 }),
        p(3, -6.6, 3.2, { yaw: Math.PI - 0.2, stride: 0.5 }),
        p(0, -7.2, 8.8, { yaw: 0, stride: -0.6 }),
        p(5, 6.4, 5.4, { yaw: Math.PI, stride: 0.6 }),
        models.dog(id(), [5.8, 0.14, 4.6], { yaw: Math.PI - 0.2, color: 0x6b5a48 }),
        ...models.trafficLight(id(), [5.5, 0.1, 8.5], { lit: 2 }),
      ];
    },
  },
  {
    name: "square/bench.jpg",
    width: 480,
    height: 640,
    camera: { eye: [0.1, 1.5, -5.4], pitch: -0.1, fov: 46 },
    light: { sun: [0.5, 0.66, -0.6], clouds: 0.5, seed: 14 },
    exposure: 0.7,
    ground: { lanes: [], edges: [], crossings: [] },
    build(id) {
      const p = (index, x, z, pose) => models.person(id(), [x, 0.14, z], { ...PEOPLE[index], ...pose });
      return [
        models.pavement([-14, 14], [-8, 10]),
        ...[-9, -3.2, 3.4, 9].map((x, i) =>
          models.tree([x, 0.1, 7.6 + (i % 2)], { height: 6.2 + i * 0.3, seed: i * 7 + 2 }),
        ),
        models.building([-22, -6], [13, 20], 13, { color: 0xb7906b, shop: 0x1f4a5f, seed: 5 }),
        models.building([-6, 8], [13, 20], 16.4, { color: 0xd8cbb2, shop: 0x6d2230, seed: 8 }),
        models.building([8, 24], [13, 20], 11, { color: 0x9c6b55, shop: 0x2f5d3a, seed: 3 }),
        p(1, -0.75, 0.1, { yaw: Math.PI + 0.35, wave: 1 }),
        p(4, 0.5, 0.5, { yaw: Math.PI - 0.25, stride: 0.2 }),
        models.dog(id(), [0.95, 0.14, -0.5], { yaw: -Math.PI / 2 - 0.5 }),
        models.bench(id(), [1.9, 0.14, 2.6], { yaw: Math.PI }),
        models.bicycle(id(), [-2.0, 0.14, 1.6], { yaw: Math.PI / 2 + 0.35, color: 0x1f7a4d }),
        p(6, -3.6, 5.2, { yaw: Math.PI / 2, stride: 0.6 }),
      ];
    },
  },
  {
    name: "square/market.jpg",
    width: 640,
    height: 480,
    camera: { eye: [0, 2.3, -6], pitch: -0.1, fov: 46 },
    light: { sun: [-0.45, 0.75, -0.5], clouds: 0.7, seed: 33, strength: 2.2 },
    exposure: 0.74,
    ground: { lanes: [], edges: [], crossings: [] },
    build(id) {
      const next = random(77);
      const p = (index, x, z, pose) => models.person(id(), [x, 0.14, z], { ...PEOPLE[index], ...pose });
      // far off, people stand so close that only the crowd as a whole is annotated
      const crowd = Array.from({ length: 26 }, (_, i) => {
        const one = models.person(0, [-6.5 + next() * 7.5, 0.14, 10.4 + next() * 2.2], {
          ...PEOPLE[i % PEOPLE.length],
          yaw: next() * 6.3,
          scale: 0.94 + next() * 0.12,
        });
        return { ...one, category: "person", isCrowd: true };
      });
      const crowdId = id();
      for (const one of crowd) one.id = crowdId;
      return [
        models.pavement([-16, 16], [-8, 13.6]),
        models.building([-22, -4], [13.6, 20], 12, { color: 0xc9b79a, shop: 0x8a6a1f, seed: 15 }),
        models.building([-4, 9], [13.6, 20], 15, { color: 0xa8785a, shop: 0x3b3357, seed: 18 }),
        models.building([9, 24], [13.6, 20], 10, { color: 0x8f9aa3, shop: 0x7a3b1d, seed: 13 }),
        models.tree([7.5, 0.1, 8.5], { height: 6.4, seed: 31 }),
        models.tree([-8.6, 0.1, 7.0], { height: 6, seed: 12 }),
        ...crowd,
        models.truck(id(), [5.4, 0.14, 8.2], { yaw: Math.PI / 2 + 0.5, color: 0x4a7fa8, cargo: 0xcfc3a8 }),
        p(0, -1.6, 1.4, { yaw: 2.6, stride: 0.5 }),
        p(7, 0.3, 2.4, { yaw: 3.6, stride: -0.4 }),
        p(2, 2.2, 1.0, { yaw: -1.9, stride: 0.6 }),
        p(3, -3.4, 4.6, { yaw: 1.4, stride: -0.6 }),
        models.dog(id(), [1.1, 0.14, 0.4], { yaw: 1.2, color: 0xd8c39a }),
        models.bench(id(), [-4.2, 0.14, 2.6], { yaw: Math.PI / 2 }),
        models.bicycle(id(), [3.6, 0.14, 3.4], { yaw: 1.2, color: 0x2a4f8a }),
      ];
    },
  },
];

/** Put a scene together: what the tracer needs, the camera, and the objects that carry an id. */
export function assemble(description) {
  let last = 0;
  const objects = description.build(() => ++last);
  const { sun, sky, reflection, ambient, haze } = light(description.light);
  const scene = {
    objects,
    sun,
    sky,
    reflection,
    ambient,
    haze,
    exposure: description.exposure,
    ground: models.road(description.ground),
  };
  const camera = new Camera({ ...description.camera, width: description.width, height: description.height });
  return { scene, camera, annotated: objects.filter((object) => object.id > 0) };
}
