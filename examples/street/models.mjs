/**
 * What stands in the street. Every model gives objects for the tracer; those that a dataset annotates carry an id, a
 * category, and (people) the joints of their pose.
 */
import { capsule, convex, cylinder, ellipsoid, fractalNoise, noise } from "./tracer.mjs";

const srgb = (hex) => [16, 8, 0].map((shift) => (((hex >> shift) & 255) / 255) ** 2.2);
const set = (surface, [r, g, b], k = 1) => {
  surface.albedo[0] = r * k;
  surface.albedo[1] = g * k;
  surface.albedo[2] = b * k;
};

/** A material of one colour with a little grain. */
export function matte(hex, { gloss = 0, grain = 0.15, emission = 0, bump = 0, scale = 9 } = {}) {
  const color = srgb(hex);
  return {
    bump,
    paint(x, y, z, nx, ny, nz, surface) {
      set(surface, color, 1 + grain * (noise(x * scale, y * scale, z * scale) - 0.5) * 2);
      surface.gloss = gloss;
      surface.emission = emission;
    },
  };
}

/** Place local coordinates (x right, y up, z forward) at `at`, turned by `yaw` about the vertical. */
function placer([px, py, pz], yaw) {
  const s = Math.sin(yaw);
  const c = Math.cos(yaw);
  return {
    point: ([x, y, z]) => [px + c * x + s * z, py + y, pz - s * x + c * z],
    vector: ([x, y, z]) => [c * x + s * z, y, -s * x + c * z],
    local: (x, y, z) => {
      const dx = x - px;
      const dz = z - pz;
      return [c * dx - s * dz, y - py, s * dx + c * dz];
    },
    planes: (list) =>
      list.map(([nx, ny, nz, d]) => {
        const k = 1 / Math.hypot(nx, ny, nz);
        const wx = (c * nx + s * nz) * k;
        const wy = ny * k;
        const wz = (-s * nx + c * nz) * k;
        return [wx, wy, wz, d * k + wx * px + wy * py + wz * pz];
      }),
  };
}

const box = ([x0, y0, z0], [x1, y1, z1]) => [
  [-1, 0, 0, -x0],
  [1, 0, 0, x1],
  [0, -1, 0, -y0],
  [0, 1, 0, y1],
  [0, 0, -1, -z0],
  [0, 0, 1, z1],
];

const GLASS = [0.012, 0.018, 0.022];
const RUBBER = [0.012, 0.012, 0.013];

function wheel(place, [x, y, z], r, half) {
  const center = place.point([x, y, z]);
  const axis = place.vector([1, 0, 0]);
  return cylinder(center, axis, half, r, {
    paint(px, py, pz, nx, ny, nz, surface) {
      const [lx, ly, lz] = place.local(px, py, pz);
      const radius = Math.hypot(ly - y, lz - z);
      const side = Math.abs(Math.abs(lx - x) - half) < 0.01;
      if (!side || radius > r * 0.66) set(surface, RUBBER);
      else {
        const spoke = Math.cos(5 * Math.atan2(ly - y, lz - z));
        const metal = radius < r * 0.16 || radius > r * 0.58 || spoke > 0.1;
        set(surface, metal ? [0.42, 0.43, 0.45] : [0.03, 0.03, 0.03]);
        surface.gloss = metal ? 0.35 : 0;
      }
    },
  });
}

/** A car, 4.3 m long; `yaw` 0 looks away from the camera. */
export function car(id, at, { yaw = 0, color = 0xb03030, tall = 0 } = {}) {
  const place = placer(at, yaw);
  const body = srgb(color);
  const wheels = [-1.32, 1.36];
  const paintBody = (x, y, z, nx, ny, nz, surface) => {
    const [lx, ly, lz] = place.local(x, y, z);
    surface.gloss = 0.55;
    for (const wz of wheels) {
      if (Math.abs(lx) > 0.5 && Math.hypot(ly - 0.33, lz - wz) < 0.43) {
        surface.gloss = 0;
        return set(surface, [0.006, 0.006, 0.006]);
      }
    }
    const ax = Math.abs(lx);
    if (lz < -2.0) {
      // back: lights, plate, bumper
      if (ly > 0.62 && ly < 0.86 && ax > 0.5) {
        surface.emission = 0.7;
        return set(surface, ax > 0.62 ? [0.5, 0.01, 0.01] : [0.45, 0.12, 0.02]);
      }
      if (ax < 0.27 && ly > 0.5 && ly < 0.62) return set(surface, [0.75, 0.74, 0.66]);
    } else if (lz > 2.0) {
      if (ly > 0.58 && ly < 0.76 && ax > 0.46) {
        surface.gloss = 0.8;
        surface.emission = 0.25;
        return set(surface, [0.8, 0.82, 0.85]);
      }
      if (ax < 0.45 && ly > 0.44 && ly < 0.7) {
        const bar = Math.abs(((ly * 22) % 1) - 0.5) < 0.22;
        return set(surface, bar ? [0.3, 0.3, 0.32] : [0.01, 0.01, 0.01]);
      }
      if (ax < 0.27 && ly > 0.3 && ly < 0.42) return set(surface, [0.75, 0.74, 0.66]);
    }
    if (ly < 0.34) {
      surface.gloss = 0.05;
      return set(surface, [0.02, 0.02, 0.021]);
    }
    const onSide = ax > 0.8;
    const gap = onSide && ly > 0.36 && [-0.72, 0.2, 1.0].some((d) => Math.abs(lz - d) < 0.012);
    if (gap) return set(surface, body, 0.12);
    if (onSide && Math.abs(ly - 0.72) < 0.02 && [-0.55, 0.36].some((d) => Math.abs(lz - d) < 0.09))
      return set(surface, [0.3, 0.3, 0.3]);
    set(surface, body, onSide && ly < 0.56 ? 0.85 : 1);
  };
  const paintCabin = (x, y, z, nx, ny, nz, surface) => {
    const [lx, ly, lz] = place.local(x, y, z);
    const roof = ly > 1.36 + tall;
    const [wx, , wz] = [Math.abs(lx), 0, lz];
    const t = (ly - 0.82) / (0.62 + tall);
    const front = 1.02 - 0.75 * t;
    const back = -1.62 + 0.55 * t;
    const nearEdge = wx > 0.76 - 0.13 * t && (wz > front - 0.11 || wz < back + 0.14);
    const pillar = wx > 0.7 - 0.13 * t && Math.abs(wz + 0.3) < 0.045;
    if (roof || nearEdge || pillar || ly < 0.87) {
      surface.gloss = 0.5;
      set(surface, body);
    } else {
      surface.gloss = 0.85;
      set(surface, GLASS);
    }
  };
  const solids = [
    convex(
      place.planes([
        [1, 0.1, 0, 0.95],
        [-1, 0.1, 0, 0.95],
        [0, -1, 0, -0.2],
        [0, 1, 0.07, 0.93],
        [0, 1, -0.05, 0.98],
        [0, 0.18, 1, 2.26],
        [0, -0.35, 1, 2.04],
        [0, 0.12, -1, 2.22],
        [0, -0.35, -1, 2.0],
        [0.45, 0, 1, 2.42],
        [-0.45, 0, 1, 2.42],
        [0.4, 0, -1, 2.4],
        [-0.4, 0, -1, 2.4],
        [0, 0.9, 1, 2.72],
      ]),
      { paint: paintBody },
    ),
    convex(
      place.planes([
        [1, 0.21, 0, 1.0],
        [-1, 0.21, 0, 1.0],
        [0, -1, 0, -0.78],
        [0, 1, 0, 1.44 + tall],
        [0, 0.75, 0.62 + tall, 0.75 * 0.82 + (0.62 + tall) * 1.02],
        [0, 0.55, -0.62 - tall, 0.55 * 0.82 + (0.62 + tall) * 1.62],
        [0.5, 1, 0, 1.44 + tall + 0.28],
        [-0.5, 1, 0, 1.44 + tall + 0.28],
      ]),
      { paint: paintCabin },
    ),
    ...[-0.8, 0.8].flatMap((x) => wheels.map((z) => wheel(place, [x, 0.33, z], 0.33, 0.11))),
    ...[-1, 1].map((side) =>
      ellipsoid(place.point([side * 0.98, 0.93, 0.72]), [0.11, 0.075, 0.08], {
        paint: (x, y, z, nx, ny, nz, s) => ((s.gloss = 0.4), set(s, body)),
      }),
    ),
  ];
  return { id, category: "car", solids, center: place.point([0, 0.75, 0]), radius: 2.5 };
}

/** A city bus, 10.5 m long. */
export function bus(id, at, { yaw = 0, color = 0x2f6fb3 } = {}) {
  const place = placer(at, yaw);
  const body = srgb(color);
  const solids = [
    convex(
      place.planes([
        ...box([-1.25, 0.32, -5.2], [1.25, 3.1, 5.2]),
        [0.35, 1, 0, 3.43],
        [-0.35, 1, 0, 3.43],
        [0, 0.4, 1, 6.2],
        [0, 0.3, -1, 6.02],
      ]),
      {
        paint(x, y, z, nx, ny, nz, surface) {
          const [lx, ly, lz] = place.local(x, y, z);
          const ax = Math.abs(lx);
          surface.gloss = 0.4;
          for (const wz of [-3.2, 3.1]) {
            if (ax > 1 && Math.hypot(ly - 0.48, lz - wz) < 0.6) {
              surface.gloss = 0;
              return set(surface, [0.006, 0.006, 0.006]);
            }
          }
          const end = Math.abs(lz) > 5.0;
          const glass = end
            ? ax < 1.08 && ly > (lz > 0 ? 1.05 : 1.6) && ly < 2.55
            : ly > 1.35 && ly < 2.45 && Math.abs(((lz + 10.1) % 1.45) - 0.72) < 0.66 && Math.abs(lz) < 4.95;
          if (glass) {
            surface.gloss = 0.8;
            return set(surface, GLASS);
          }
          if (end && ly > 2.62 && ly < 2.92 && ax < 0.85) {
            // destination board: rows of amber dots
            const dot =
              Math.abs(((ax * 14) % 1) - 0.5) < 0.3 &&
              Math.abs(((ly * 14) % 1) - 0.5) < 0.3 &&
              noise(lx * 9, 3, 1) > 0.4;
            surface.emission = dot ? 2 : 0;
            return set(surface, dot ? [0.9, 0.45, 0.05] : [0.01, 0.01, 0.01]);
          }
          if (end && ly > 0.6 && ly < 0.85 && ax > 0.72) {
            surface.emission = 0.6;
            return set(surface, lz > 0 ? [0.8, 0.8, 0.78] : [0.55, 0.02, 0.02]);
          }
          if (ly < 0.55) return set(surface, [0.03, 0.03, 0.03]);
          set(surface, ly < 1.2 || ly > 2.6 ? body : [0.7, 0.71, 0.72]);
        },
      },
    ),
    ...[-1.16, 1.16].flatMap((x) => [-3.2, 3.1].map((z) => wheel(place, [x, 0.48, z], 0.48, 0.12))),
  ];
  return { id, category: "bus", solids, center: place.point([0, 1.6, 0]), radius: 5.7 };
}

/** A delivery truck. */
export function truck(id, at, { yaw = 0, color = 0xe8e4da, cargo = 0xd9d5ca } = {}) {
  const place = placer(at, yaw);
  const paint = srgb(color);
  const load = srgb(cargo);
  const solids = [
    convex(place.planes(box([-1.15, 0.75, -3.4], [1.15, 3.2, 1.2])), {
      paint(x, y, z, nx, ny, nz, surface) {
        const [lx, ly, lz] = place.local(x, y, z);
        const stripe = Math.abs(lx) > 1.14 && ly > 1.5 && ly < 2.1 && lz > -3 && lz < 0.9;
        const rear = lz < -3.39;
        surface.gloss = 0.12;
        if (rear && Math.abs(lx) < 0.03) return set(surface, [0.1, 0.1, 0.1]);
        if (rear && ly < 1.0 && Math.abs(lx) > 0.8) {
          surface.emission = 0.5;
          return set(surface, [0.5, 0.02, 0.02]);
        }
        set(surface, stripe ? srgb(0x2a7f62) : load, 0.92 + 0.08 * Math.sin(ly * 40) * (rear ? 1 : 0));
      },
    }),
    convex(place.planes([...box([-1.05, 0.45, 1.2], [1.05, 2.5, 3.0]), [0, 0.55, 1, 3.75]]), {
      paint(x, y, z, nx, ny, nz, surface) {
        const [lx, ly, lz] = place.local(x, y, z);
        const ax = Math.abs(lx);
        const glass = ly > 1.42 && ly < 2.3 && (lz > 2.55 ? ax < 0.93 : ax > 1 && lz > 1.5);
        surface.gloss = glass ? 0.8 : 0.4;
        if (glass) return set(surface, GLASS);
        if (lz > 2.98 && ly > 0.7 && ly < 0.95 && ax > 0.6) {
          surface.emission = 0.3;
          return set(surface, [0.8, 0.8, 0.78]);
        }
        if (ly < 0.62) return set(surface, [0.03, 0.03, 0.03]);
        set(surface, paint);
      },
    }),
    convex(place.planes(box([-0.9, 0.45, -3.3], [0.9, 0.75, 1.3])), matte(0x26262a)),
    ...[-0.95, 0.95].flatMap((x) => [-2.3, 2.1].map((z) => wheel(place, [x, 0.45, z], 0.45, 0.14))),
  ];
  return { id, category: "truck", solids, center: place.point([0, 1.6, -0.2]), radius: 4.1 };
}

/**
 * A person, about 1.74 m tall.
 *
 * @param pose - `stride`: -1..1 phase of a walk (0 stands), `arms`: how far the arms swing, `wave`: right arm raised
 * @returns an object with `joints`: the 17 points of a COCO person in world coordinates
 */
export function person(
  id,
  [x, y, z],
  {
    yaw = 0,
    stride = 0,
    arms = stride,
    wave = 0,
    scale = 1,
    skin = 0xd9a07a,
    hair = 0x2b1d14,
    top = 0x355c8c,
    bottom = 0x2b2f3a,
    shoes = 0x202020,
    skirt = false,
  } = {},
) {
  const place = placer([x, y, z], yaw);
  const at = ([a, b, c]) => place.point([a * scale, b * scale, c * scale]);
  const leg = (side, swing) => {
    const hip = [side * 0.1, 0.93, 0];
    const knee = [side * 0.11, 0.5, 0.06 + 0.3 * swing];
    const ankle = [side * 0.11, 0.09 + (swing < 0 ? 0.13 * -swing : 0), 0.48 * swing - (swing < 0 ? 0.16 * -swing : 0)];
    return { hip, knee, ankle };
  };
  const arm = (side, swing, raised) => {
    const shoulder = [side * 0.2, 1.42, 0];
    if (raised) return { shoulder, elbow: [side * 0.42, 1.5, 0.05], wrist: [side * 0.4, 1.76, 0.1] };
    return {
      shoulder,
      elbow: [side * 0.25, 1.14, -0.02 + 0.2 * swing],
      wrist: [side * 0.24, 0.9, 0.06 + 0.36 * Math.max(swing, -0.4)],
    };
  };
  const legs = [leg(-1, stride), leg(1, -stride)];
  const both = [arm(-1, -arms, false), arm(1, arms, wave > 0)];
  const head = [0, 1.62, 0.02];
  const M = {
    skin: matte(skin, { grain: 0.05 }),
    hair: matte(hair, { grain: 0.4, scale: 40 }),
    top: matte(top, { grain: 0.12, bump: 0.25 }),
    bottom: matte(bottom, { grain: 0.15, bump: 0.2 }),
    shoes: matte(shoes),
  };
  // slices of the trunk from the hips to the shoulders: height, half width, radius
  const trunk = Array.from({ length: 14 }, (_, i) => {
    const t = i / 13;
    const waist = 1 - Math.sin(Math.PI * Math.min(1, t * 1.35)) * 0.16;
    return [
      0.89 + 0.52 * t,
      (0.062 + 0.075 * t ** 1.5) * waist,
      t > 0.86 ? 0.118 - (t - 0.86) * 0.32 : 0.108 + 0.01 * t,
    ];
  });
  const limb = (from, to, r, material) => capsule(at(from), at(to), r * scale, material);
  const ball = (center, radii, material) =>
    ellipsoid(
      at(center),
      radii.map((r) => r * scale),
      material,
    );
  const solids = [
    ball(head, [0.092, 0.122, 0.1], M.skin),
    ball([0, 1.665, -0.018], [0.1, 0.1, 0.1], M.hair),
    ball([0, 1.605, 0.118], [0.018, 0.025, 0.02], M.skin),
    limb([0, 1.44, 0], [0, 1.54, 0.01], 0.055, M.skin),
    // trunk: shoulders, chest, belly, hips
    ...trunk.map(([y, half, r]) => limb([-half, y, 0], [half, y, 0], r, y < 0.965 ? M.bottom : M.top)),
  ];
  if (skirt)
    for (let k = 0.92; k > 0.56; k -= 0.035)
      solids.push(limb([-0.07, k, 0], [0.07, k, 0], 0.118 + (0.92 - k) * 0.24, M.bottom));
  for (const { hip, knee, ankle } of legs) {
    const cloth = skirt ? M.skin : M.bottom;
    solids.push(limb(hip, knee, skirt ? 0.07 : 0.086, cloth), limb(knee, ankle, skirt ? 0.05 : 0.066, cloth));
    const [ax, ay, az] = ankle;
    solids.push(limb([ax, ay - 0.04, az - 0.03], [ax, ay - 0.045, az + 0.14], 0.047, M.shoes));
  }
  for (const { shoulder, elbow, wrist } of both) {
    solids.push(limb(shoulder, elbow, 0.052, M.top), limb(elbow, wrist, 0.043, M.top));
    const reach = wrist.map((v, i) => v + 0.3 * (v - elbow[i]));
    solids.push(limb(wrist, reach, 0.04, M.skin));
  }
  // facing z with y up, the person's left hand is at -x
  const [left, right] = [0, 1];
  const order = { left: { leg: legs[left], arm: both[left] }, right: { leg: legs[right], arm: both[right] } };
  const joints = [
    [0, 1.6, 0.14],
    [-0.035, 1.645, 0.105],
    [0.035, 1.645, 0.105],
    [-0.092, 1.62, 0.01],
    [0.092, 1.62, 0.01],
    order.left.arm.shoulder,
    order.right.arm.shoulder,
    order.left.arm.elbow,
    order.right.arm.elbow,
    order.left.arm.wrist,
    order.right.arm.wrist,
    order.left.leg.hip,
    order.right.leg.hip,
    order.left.leg.knee,
    order.right.leg.knee,
    order.left.leg.ankle,
    order.right.leg.ankle,
  ].map(at);
  return { id, category: "person", solids, joints, center: at([0, 0.9, 0]), radius: 1.1 * scale };
}

/** A dog, seen from the side when `yaw` is a quarter turn. */
export function dog(id, at, { yaw = 0, color = 0xa9713d } = {}) {
  const place = placer(at, yaw);
  const coat = matte(color, { grain: 0.35, scale: 30, bump: 0.3 });
  const dark = matte(0x1c1510);
  const p = place.point;
  const solids = [
    capsule(p([0, 0.48, -0.28]), p([0, 0.5, 0.26]), 0.135, coat),
    capsule(p([0, 0.53, 0.25]), p([0, 0.72, 0.42]), 0.085, coat),
    ellipsoid(p([0, 0.77, 0.46]), [0.1, 0.095, 0.1], coat),
    capsule(p([0, 0.74, 0.52]), p([0, 0.72, 0.63]), 0.048, coat),
    ellipsoid(p([0, 0.735, 0.68]), [0.025, 0.022, 0.025], dark),
    capsule(p([0.08, 0.82, 0.42]), p([0.1, 0.72, 0.42]), 0.03, dark),
    capsule(p([-0.08, 0.82, 0.42]), p([-0.1, 0.72, 0.42]), 0.03, dark),
    capsule(p([0, 0.56, -0.38]), p([0, 0.78, -0.6]), 0.03, coat),
    ...[-0.08, 0.08].flatMap((x) => [
      capsule(p([x, 0.42, -0.28]), p([x, 0.06, -0.3 + x]), 0.05, coat),
      capsule(p([x, 0.42, 0.24]), p([x, 0.05, 0.26 - x]), 0.045, coat),
    ]),
  ];
  return { id, category: "dog", solids, center: p([0, 0.45, 0]), radius: 0.85 };
}

/** A bicycle; its wheels can be seen through. */
export function bicycle(id, at, { yaw = 0, color = 0x1f7a4d } = {}) {
  const place = placer(at, yaw);
  const p = place.point;
  const frame = matte(color, { gloss: 0.3, grain: 0 });
  const black = matte(0x141414);
  const disc = (z) =>
    cylinder(p([0, 0.35, z]), place.vector([1, 0, 0]), 0.018, 0.35, {
      holes(x, y, w) {
        const [, ly, lz] = place.local(x, y, w);
        const r = Math.hypot(ly - 0.35, lz - z);
        const spoke = Math.abs(Math.sin(9 * Math.atan2(ly - 0.35, lz - z))) * r < 0.012;
        return r < 0.31 && r > 0.03 && !spoke;
      },
      paint: black.paint,
    });
  const tube = (a, b, r = 0.018, m = frame) => capsule(p(a), p(b), r, m);
  const solids = [
    disc(-0.52),
    disc(0.52),
    tube([0, 0.35, -0.52], [0, 0.33, -0.05]),
    tube([0, 0.35, -0.52], [0, 0.8, -0.18]),
    tube([0, 0.33, -0.05], [0, 0.8, -0.18], 0.02),
    tube([0, 0.33, -0.05], [0, 0.78, 0.36], 0.022),
    tube([0, 0.78, -0.16], [0, 0.82, 0.34], 0.02),
    tube([0, 0.35, 0.52], [0, 0.95, 0.34], 0.02),
    tube([-0.24, 1.0, 0.3], [0.24, 1.0, 0.3], 0.016, black),
    tube([0, 0.9, -0.3], [0, 0.9, -0.1], 0.045, black),
    tube([0, 0.8, -0.18], [0, 0.9, -0.2], 0.016, black),
  ];
  return { id, category: "bicycle", solids, center: p([0, 0.5, 0]), radius: 1.05 };
}

/** A traffic light on a pole; the head is the annotated object. */
export function trafficLight(id, at, { yaw = Math.PI, lit = 2, height = 3.2 } = {}) {
  const place = placer(at, yaw);
  const lamps = [
    [0.9, 0.04, 0.03],
    [0.95, 0.55, 0.04],
    [0.06, 0.85, 0.35],
  ];
  const head = convex(place.planes(box([-0.18, height - 0.5, -0.14], [0.18, height + 0.5, 0.14])), {
    paint(x, y, z, nx, ny, nz, surface) {
      const [lx, ly, lz] = place.local(x, y, z);
      if (lz > 0.13) {
        for (let i = 0; i < 3; i++) {
          if (Math.hypot(lx, ly - (height + 0.32 - 0.32 * i)) < 0.125) {
            surface.emission = i === lit ? 2.2 : 0;
            return set(surface, lamps[i], i === lit ? 1 : 0.1);
          }
        }
      }
      set(surface, [0.02, 0.022, 0.02]);
    },
  });
  return [
    { id, category: "traffic light", solids: [head], center: place.point([0, height, 0]), radius: 0.6 },
    {
      id: 0,
      solids: [
        cylinder(
          place.point([0, height / 2, -0.2]),
          [0, 1, 0],
          height / 2 + 0.3,
          0.06,
          matte(0x3b3f42, { gloss: 0.1 }),
        ),
      ],
      center: place.point([0, height / 2, -0.2]),
      radius: height / 2 + 0.4,
    },
  ];
}

/** A stop sign. */
export function stopSign(id, at, { yaw = Math.PI } = {}) {
  const place = placer(at, yaw);
  const edges = Array.from({ length: 8 }, (_, i) => {
    const angle = (i * Math.PI) / 4;
    return [Math.cos(angle), Math.sin(angle), 0, 0.36 + Math.sin(angle) * 2.35];
  });
  const sign = convex(place.planes([...edges, [0, 0, 1, 0.015], [0, 0, -1, 0.015]]), {
    paint(x, y, z, nx, ny, nz, surface) {
      const [lx, ly, lz] = place.local(x, y, z);
      const v = ly - 2.35;
      const rim = Math.max(...edges.map(([a, b]) => a * lx + b * v)) > 0.325;
      if (lz < 0) return set(surface, [0.3, 0.3, 0.3]);
      set(surface, rim || stopLetters(lx, v) ? [0.8, 0.8, 0.8] : [0.55, 0.015, 0.02]);
    },
  });
  return [
    { id, category: "stop sign", solids: [sign], center: place.point([0, 2.35, 0]), radius: 0.45 },
    {
      id: 0,
      solids: [cylinder(place.point([0, 1.2, -0.04]), [0, 1, 0], 1.2, 0.03, matte(0x8a8d90, { gloss: 0.2 }))],
      center: place.point([0, 1.2, 0]),
      radius: 1.3,
    },
  ];
}

/** The word on the sign, as four letters of strokes in a box of 0.56 x 0.22 m. */
function stopLetters(x, y) {
  if (Math.abs(y) > 0.11 || Math.abs(x) > 0.28) return false;
  const letter = Math.floor((x + 0.28) / 0.14);
  const u = (x + 0.28) / 0.14 - letter; // 0..1 in the letter
  const v = (y + 0.11) / 0.22;
  if (u < 0.12 || u > 0.88) return false;
  const s = (u - 0.12) / 0.76;
  const w = 0.26;
  if (letter === 0)
    return v > 0.86 || v < 0.14 || Math.abs(v - 0.5) < 0.08 || (s < w && v > 0.5) || (s > 1 - w && v < 0.5);
  if (letter === 1) return v > 0.86 || Math.abs(s - 0.5) < w / 2;
  if (letter === 2) return v > 0.86 || v < 0.14 || s < w || s > 1 - w;
  return s < w || v > 0.86 || Math.abs(v - 0.45) < 0.08 || (s > 1 - w && v > 0.45);
}

/** A park bench. */
export function bench(id, at, { yaw = 0 } = {}) {
  const place = placer(at, yaw);
  const wood = matte(0x8a5a34, { grain: 0.3, scale: 5 });
  const iron = matte(0x1d1f22);
  const slab = (a, b, material) => convex(place.planes(box(a, b)), material);
  const solids = [
    ...[0, 1, 2, 3].map((i) => slab([-0.8, 0.43, -0.2 + i * 0.12], [0.8, 0.47, -0.11 + i * 0.12], wood)),
    ...[0, 1, 2].map((i) => slab([-0.8, 0.56 + i * 0.13, -0.26], [0.8, 0.66 + i * 0.13, -0.22], wood)),
    ...[-0.68, 0.6].flatMap((x) => [
      slab([x, 0, -0.2], [x + 0.06, 0.43, -0.14], iron),
      slab([x, 0, 0.2], [x + 0.06, 0.43, 0.26], iron),
      slab([x, 0.43, -0.3], [x + 0.06, 0.95, -0.26], iron),
    ]),
  ];
  return { id, category: "bench", solids, center: place.point([0, 0.5, 0]), radius: 1.05 };
}

/** A tree: background, not annotated. */
export function tree(at, { height = 6, seed = 1, color = 0x4f7a2c } = {}) {
  const place = placer(at, seed);
  const leaf = srgb(color);
  const foliage = {
    bump: 0.9,
    holes: (x, y, z) => 0.6 * noise(x * 13 + seed, y * 13, z * 13) + 0.4 * noise(x * 4, y * 4 + seed, z * 4) < 0.47,
    paint(x, y, z, nx, ny, nz, surface) {
      const k = 0.35 + 0.5 * noise(x * 3, y * 3 + seed, z * 3) + 0.6 * noise(x * 16, y * 16, z * 16);
      set(surface, [leaf[0] * (k + 0.15 * noise(x, y, z)), leaf[1] * k, leaf[2] * k]);
    },
  };
  const crown = height * 0.66;
  const solids = [
    capsule(
      place.point([0, 0, 0]),
      place.point([0, crown, 0]),
      height * 0.022,
      matte(0x4a3a2c, { grain: 0.4, bump: 0.5 }),
    ),
  ];
  for (let i = 0; i < 22; i++) {
    const angle = i * 2.4 + seed;
    const ring = height * (0.05 + 0.16 * noise(i, seed, 0));
    const r = height * (0.085 + 0.075 * noise(i, seed, 5));
    solids.push(
      ellipsoid(
        place.point([
          Math.cos(angle) * ring,
          crown + height * 0.26 * (noise(i, seed, 9) - 0.35),
          Math.sin(angle) * ring,
        ]),
        [r, r * 0.85, r],
        foliage,
      ),
    );
  }
  return { id: 0, solids, center: place.point([0, height * 0.5, 0]), radius: height * 0.62 };
}

/** A building; the wall that looks at the street is drawn with windows, a shop at the foot and a cornice. */
export function building(
  [x0, x1],
  [z0, z1],
  height,
  { color = 0xb89b7a, shop = 0x7a2f2f, seed = 1, storey = 3.2 } = {},
) {
  const wall = srgb(color);
  const sign = srgb(shop);
  const solid = convex(box([x0, 0, z0], [x1, height, z1]), {
    paint(x, y, z, nx, ny, nz, surface) {
      const along = Math.abs(nx) > 0.5 ? z : x;
      if (ny > 0.5) return set(surface, [0.2, 0.2, 0.2]);
      const dirt = 0.85 + 0.3 * fractalNoise(along * 0.7, y * 0.7, seed, 3);
      const brick = 1 - 0.1 * (Math.abs(((y * 12) % 1) - 0.5) > 0.42 ? 1 : 0);
      if (y < 3.4) {
        const bay = (((along + seed * 1.7) % 4) + 4) % 4;
        if (y > 2.7) return set(surface, sign, dirt * (bay > 0.12 ? 1 : 0.6));
        if (bay > 0.35 && bay < 3.65 && y > 0.45) {
          surface.gloss = 0.7;
          const inside =
            Math.max(0, noise(along * 1.3, y * 1.1, seed) - 0.35) ** 1.5 * (0.6 + 0.8 * noise(along * 6, y * 5, seed));
          return set(surface, [0.02 + 0.42 * inside, 0.02 + 0.32 * inside, 0.02 + 0.2 * inside]);
        }
        return set(surface, wall, dirt * 0.75);
      }
      if (y > height - 0.5) return set(surface, wall, 1.15 * (y > height - 0.12 ? 0.7 : 1));
      const column = (((along + seed) % 2.3) + 2.3) % 2.3;
      const row = (y - 3.4) % storey;
      const inX = column > 0.55 && column < 1.75;
      const inY = row > 0.8 && row < 2.5;
      if (inX && inY) {
        const frame = column < 0.63 || column > 1.67 || row < 0.88 || row > 2.42 || Math.abs(column - 1.15) < 0.03;
        if (frame) return set(surface, [0.55, 0.54, 0.5], dirt);
        surface.gloss = 0.75;
        const which = noise(Math.floor((along + seed) / 2.3) * 3.1, Math.floor((y - 3.4) / storey) * 5.3, seed * 7);
        const curtain = which > 0.55 && row > 1.3;
        return set(surface, curtain ? [0.3, 0.28, 0.24] : [0.02, 0.025, 0.03]);
      }
      if (inX && row > 0.66 && row < 0.8) return set(surface, [0.5, 0.49, 0.45], dirt);
      set(surface, wall, dirt * brick);
    },
  });
  return {
    id: 0,
    solids: [solid],
    center: [(x0 + x1) / 2, height / 2, (z0 + z1) / 2],
    radius: Math.hypot(x1 - x0, height, z1 - z0) / 2,
  };
}

/** The pavement on one side, with its kerb. */
export function pavement([x0, x1], [z0, z1]) {
  const solid = convex(box([x0, 0, z0], [x1, 0.14, z1]), {
    paint(x, y, z, nx, ny, nz, surface) {
      const joint =
        ny > 0.5 && (Math.abs((((x * 1.25) % 1) + 1) % 1) < 0.025 || Math.abs((((z * 1.25) % 1) + 1) % 1) < 0.025);
      const k = (joint ? 0.65 : 1) * (0.8 + 0.35 * fractalNoise(x * 1.4, 0, z * 1.4, 4));
      const kerb = Math.min(Math.abs(x - x0), Math.abs(x - x1)) < 0.16 ? 1.2 : 1;
      set(surface, [0.3, 0.29, 0.275], k * kerb);
    },
  });
  return {
    id: 0,
    solids: [solid],
    center: [(x0 + x1) / 2, 0, (z0 + z1) / 2],
    radius: Math.hypot(x1 - x0, z1 - z0) / 2,
  };
}

/** Asphalt with lane marks along z at the given x, an edge line, and zebra crossings at the given z. */
export function road({ lanes = [0], edges = [], crossings = [] }) {
  return (x, z, out) => {
    const k = 0.75 + 0.5 * fractalNoise(x * 0.6, 1, z * 0.35, 4) * (0.8 + 0.4 * noise(x * 24, 0, z * 24));
    let r = 0.062 * k;
    let mark = false;
    const wear = fractalNoise(x * 3, 4, z * 3, 3) > 0.34;
    for (const lane of lanes) if (Math.abs(x - lane) < 0.07 && ((z % 6) + 6) % 6 < 3) mark = true;
    for (const edge of edges) if (Math.abs(x - edge) < 0.06) mark = true;
    for (const [from, to, left, right] of crossings) {
      if (z > from - 0.6 && z < to + 0.6 && x > left && x < right) {
        mark = z > from && z < to && (((x - left) % 1) + 1) % 1 < 0.52;
      }
    }
    if (mark && wear) r = 0.55 * (0.8 + 0.3 * k);
    out[0] = r;
    out[1] = r * (mark ? 0.99 : 1.01);
    out[2] = r * (mark ? 0.93 : 1.05);
  };
}
