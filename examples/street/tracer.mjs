/**
 * A small ray tracer: enough to draw a street by daylight, and to know which object every pixel shows.
 *
 * World: metres, x to the right, y up, z away from the camera. Solids are convex bodies, spheres, capsules, cylinders and
 * ellipsoids; each belongs to an object, and only objects whose bounding sphere is hit are looked into.
 */

/** Seeded random numbers in [0, 1) (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const hash3 = (x, y, z) => {
  let h = (Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(z, 2147483647 ^ 1274126177)) | 0;
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
};
const smooth = (t) => t * t * (3 - 2 * t);
const mix = (a, b, t) => a + (b - a) * t;

/** Value noise in 0..1. */
export function noise(x, y, z) {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const zi = Math.floor(z);
  const u = smooth(x - xi);
  const v = smooth(y - yi);
  const w = smooth(z - zi);
  const plane = (k) =>
    mix(
      mix(hash3(xi, yi, zi + k), hash3(xi + 1, yi, zi + k), u),
      mix(hash3(xi, yi + 1, zi + k), hash3(xi + 1, yi + 1, zi + k), u),
      v,
    );
  return mix(plane(0), plane(1), w);
}

/** Several octaves of {@link noise}, 0..1. */
export function fractalNoise(x, y, z, octaves = 4) {
  let sum = 0;
  let weight = 0.5;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise(x, y, z);
    weight /= 2;
    x = x * 2.03 + 17.1;
    y = y * 2.01 + 3.7;
    z = z * 2.02 + 9.2;
  }
  return sum / (1 - 2 ** -octaves);
}

// ---- solids: hit(ray, tMin, tMax) gives the distance or -1 and leaves the normal in `normal` ----

export const normal = new Float64Array(3);

/** A convex body: the points with n · p <= d for each of its planes [nx, ny, nz, d]. */
export function convex(planes, material) {
  const flat = Float64Array.from(planes.flat());
  return {
    material,
    hit(ox, oy, oz, dx, dy, dz, tMin, tMax) {
      let near = tMin;
      let far = tMax;
      let nearAt = -1;
      for (let i = 0; i < flat.length; i += 4) {
        const speed = flat[i] * dx + flat[i + 1] * dy + flat[i + 2] * dz;
        const gap = flat[i + 3] - (flat[i] * ox + flat[i + 1] * oy + flat[i + 2] * oz);
        if (speed > -1e-12 && speed < 1e-12) {
          if (gap < 0) return -1;
        } else if (speed < 0) {
          const t = gap / speed;
          if (t > near) {
            near = t;
            nearAt = i;
          }
        } else {
          const t = gap / speed;
          if (t < far) far = t;
        }
        if (near > far) return -1;
      }
      if (nearAt < 0) return -1;
      normal[0] = flat[nearAt];
      normal[1] = flat[nearAt + 1];
      normal[2] = flat[nearAt + 2];
      return near;
    },
  };
}

/** An ellipsoid with semi-axes along the world's axes (a sphere when they are equal). */
export function ellipsoid([cx, cy, cz], [rx, ry, rz], material) {
  return {
    material,
    hit(ox, oy, oz, dx, dy, dz, tMin, tMax) {
      const px = (ox - cx) / rx;
      const py = (oy - cy) / ry;
      const pz = (oz - cz) / rz;
      const vx = dx / rx;
      const vy = dy / ry;
      const vz = dz / rz;
      const a = vx * vx + vy * vy + vz * vz;
      const b = px * vx + py * vy + pz * vz;
      const root = b * b - a * (px * px + py * py + pz * pz - 1);
      if (root < 0) return -1;
      const s = Math.sqrt(root);
      let t = (-b - s) / a;
      if (t < tMin) t = (-b + s) / a;
      if (t < tMin || t > tMax) return -1;
      setNormal((px + vx * t) / rx, (py + vy * t) / ry, (pz + vz * t) / rz);
      return t;
    },
  };
}

/** A capsule: all points within r of the segment a-b. */
export function capsule([ax, ay, az], [bx, by, bz], r, material) {
  const ux = bx - ax;
  const uy = by - ay;
  const uz = bz - az;
  const uu = ux * ux + uy * uy + uz * uz;
  return {
    material,
    hit(ox, oy, oz, dx, dy, dz, tMin, tMax) {
      const px = ox - ax;
      const py = oy - ay;
      const pz = oz - az;
      const ud = ux * dx + uy * dy + uz * dz;
      const up = ux * px + uy * py + uz * pz;
      const dp = dx * px + dy * py + dz * pz;
      const pp = px * px + py * py + pz * pz;
      const a = uu - ud * ud;
      const b = uu * dp - up * ud;
      const c = uu * pp - up * up - r * r * uu;
      const root = b * b - a * c;
      if (root >= 0 && a > 1e-12) {
        const t = (-b - Math.sqrt(root)) / a;
        const y = up + t * ud;
        if (y > 0 && y < uu) {
          if (t < tMin || t > tMax) return -1;
          const k = y / uu;
          setNormal(px + dx * t - ux * k, py + dy * t - uy * k, pz + dz * t - uz * k);
          return t;
        }
      }
      // the two round ends
      let best = -1;
      for (let end = 0; end < 2; end++) {
        const qx = px - ux * end;
        const qy = py - uy * end;
        const qz = pz - uz * end;
        const h = dx * qx + dy * qy + dz * qz;
        const disc = h * h - (qx * qx + qy * qy + qz * qz - r * r);
        if (disc < 0) continue;
        const t = -h - Math.sqrt(disc);
        if (t < tMin || t > tMax || (best > 0 && t > best)) continue;
        best = t;
        setNormal(qx + dx * t, qy + dy * t, qz + dz * t);
      }
      return best;
    },
  };
}

/** A cylinder with flat ends; `axis` is a unit vector, `half` half its length. */
export function cylinder([cx, cy, cz], [ax, ay, az], half, r, material) {
  return {
    material,
    hit(ox, oy, oz, dx, dy, dz, tMin, tMax) {
      const px = ox - cx;
      const py = oy - cy;
      const pz = oz - cz;
      const da = dx * ax + dy * ay + dz * az;
      const pa = px * ax + py * ay + pz * az;
      const a = 1 - da * da;
      const b = dx * px + dy * py + dz * pz - da * pa;
      const c = px * px + py * py + pz * pz - pa * pa - r * r;
      if (a > 1e-12) {
        const root = b * b - a * c;
        if (root < 0) return -1;
        const t = (-b - Math.sqrt(root)) / a;
        const h = pa + da * t;
        if (t >= tMin && t <= tMax && h > -half && h < half) {
          setNormal(px + dx * t - ax * h, py + dy * t - ay * h, pz + dz * t - az * h);
          return t;
        }
      }
      if (Math.abs(da) < 1e-12) return -1;
      const side = da < 0 ? half : -half;
      const t = (side - pa) / da;
      if (t < tMin || t > tMax) return -1;
      const qx = px + dx * t - ax * side;
      const qy = py + dy * t - ay * side;
      const qz = pz + dz * t - az * side;
      if (qx * qx + qy * qy + qz * qz > r * r) return -1;
      setNormal(ax * Math.sign(side), ay * Math.sign(side), az * Math.sign(side));
      return t;
    },
  };
}

function setNormal(x, y, z) {
  const k = 1 / Math.hypot(x, y, z);
  normal[0] = x * k;
  normal[1] = y * k;
  normal[2] = z * k;
}

// ---- scene ----

/**
 * @param {object} scene
 * @param {{ id: number, solids: object[], center: number[], radius: number }[]} scene.objects - id 0 is background
 * @param {{ direction: number[], color: number[] }} scene.sun - direction towards the sun, unit length
 * @param {(dx: number, dy: number, dz: number, out: Float64Array) => void} scene.sky
 * @param {(x: number, z: number, out: Float64Array) => void} scene.ground - albedo of the plane y = 0
 */
export class Tracer {
  constructor(scene) {
    this.scene = scene;
    this.objects = scene.objects;
    // of the last hit
    this.object = null;
    this.solid = null;
    this.n = new Float64Array(3);
    this.albedo = new Float64Array(3);
    this.surface = { albedo: this.albedo, gloss: 0, emission: 0, through: false };
  }

  /** Nearest hit: distance or -1; leaves object, solid (null for the ground), n and surface behind. */
  trace(ox, oy, oz, dx, dy, dz, tMin, tMax, any) {
    let best = tMax;
    this.object = null;
    this.solid = null;
    let found = false;
    for (const object of this.objects) {
      const [cx, cy, cz] = object.center;
      const px = cx - ox;
      const py = cy - oy;
      const pz = cz - oz;
      const along = px * dx + py * dy + pz * dz;
      const off = px * px + py * py + pz * pz - along * along;
      if (off > object.radius * object.radius || along < -object.radius || along - object.radius > best) continue;
      for (const solid of object.solids) {
        let from = tMin;
        // a surface with holes lets the ray through: look on behind it, a few times at most
        for (let tries = 0; tries < 6; tries++) {
          const t = solid.hit(ox, oy, oz, dx, dy, dz, from, best);
          if (t < 0) break;
          if (solid.material.holes?.(ox + dx * t, oy + dy * t, oz + dz * t)) {
            from = t + 0.004;
            continue;
          }
          if (any) return t;
          best = t;
          found = true;
          this.object = object;
          this.solid = solid;
          this.n.set(normal);
          break;
        }
      }
    }
    if (dy < 0) {
      const t = -oy / dy;
      if (t > tMin && t < best) {
        if (any) return t;
        this.object = null;
        this.solid = null;
        this.n[0] = this.n[2] = 0;
        this.n[1] = 1;
        return t;
      }
    }
    return found ? best : -1;
  }

  /** Light that comes along a ray; `out` gets linear RGB, the object's id is returned. */
  shade(ox, oy, oz, dx, dy, dz, next, out) {
    const { sun, sky, ground, haze } = this.scene;
    const t = this.trace(ox, oy, oz, dx, dy, dz, 1e-3, 400, false);
    if (t < 0) {
      sky(dx, dy, dz, out);
      return 0;
    }
    const id = this.object?.id ?? 0;
    const x = ox + dx * t;
    const y = oy + dy * t;
    const z = oz + dz * t;
    const surface = this.surface;
    surface.gloss = 0;
    surface.emission = 0;
    let [nx, ny, nz] = this.n;
    if (nx * dx + ny * dy + nz * dz > 0) {
      nx = -nx;
      ny = -ny;
      nz = -nz;
    }
    const shine = this.solid?.material;
    if (shine) shine.paint(x, y, z, nx, ny, nz, surface);
    else ground(x, z, this.albedo);
    const [r, g, b] = this.albedo;
    const { gloss, emission } = surface;
    if (shine?.bump) {
      const k = shine.bump;
      nx += k * (noise(x * 7, y * 7, z * 7) - 0.5);
      ny += k * (noise(x * 7 + 31, y * 7, z * 7) - 0.5);
      nz += k * (noise(x * 7, y * 7 + 57, z * 7) - 0.5);
      const l = 1 / Math.hypot(nx, ny, nz);
      nx *= l;
      ny *= l;
      nz *= l;
    }
    const hx = x + nx * 2e-3;
    const hy = y + ny * 2e-3;
    const hz = z + nz * 2e-3;

    // sun, seen through a jittered direction so that shadows soften with distance
    const spread = 0.02;
    const sx = sun.direction[0] + spread * (next() - 0.5);
    const sy = sun.direction[1] + spread * (next() - 0.5);
    const sz = sun.direction[2] + spread * (next() - 0.5);
    const facing = nx * sx + ny * sy + nz * sz;
    let lit = 0;
    if (facing > 0 && this.trace(hx, hy, hz, sx, sy, sz, 1e-3, 120, true) < 0) lit = facing;

    // sky light, dimmed where something near stands in the way
    const angle = 2 * Math.PI * next();
    const up = 2 * next() - 1;
    const ring = Math.sqrt(1 - up * up);
    let ax = nx + ring * Math.cos(angle);
    let ay = ny + up;
    let az = nz + ring * Math.sin(angle);
    const al = 1 / (Math.hypot(ax, ay, az) + 1e-9);
    ax *= al;
    ay *= al;
    az *= al;
    const blocked = this.trace(hx, hy, hz, ax, ay, az, 1e-3, 2.5, true);
    const open = blocked < 0 ? 1 : 0.25 + 0.3 * Math.min(1, blocked / 2.5);
    const above = 0.5 + 0.5 * ny;
    const [kr, kg, kb] = this.scene.ambient;
    let cr = r * (sun.color[0] * lit + open * kr * (0.35 + 0.65 * above));
    let cg = g * (sun.color[1] * lit + open * kg * (0.35 + 0.65 * above));
    let cb = b * (sun.color[2] * lit + open * kb * (0.38 + 0.62 * above));

    if (gloss > 0) {
      const back = 2 * (nx * dx + ny * dy + nz * dz);
      const rx = dx - back * nx;
      const ry = dy - back * ny;
      const rz = dz - back * nz;
      const grazing = 1 + (nx * dx + ny * dy + nz * dz);
      const mirror = gloss * (0.25 + 0.75 * Math.max(0, grazing) ** 4);
      this.scene.reflection(rx, ry, rz, out);
      const spark = Math.max(0, rx * sun.direction[0] + ry * sun.direction[1] + rz * sun.direction[2]) ** 180;
      const glint = lit > 0 ? gloss * spark * 6 : 0;
      cr = mix(cr, out[0], mirror) + glint * sun.color[0];
      cg = mix(cg, out[1], mirror) + glint * sun.color[1];
      cb = mix(cb, out[2], mirror) + glint * sun.color[2];
    }
    cr += r * emission;
    cg += g * emission;
    cb += b * emission;

    const fog = 1 - Math.exp(-t * haze.density);
    out[0] = mix(cr, haze.color[0], fog);
    out[1] = mix(cg, haze.color[1], fog);
    out[2] = mix(cb, haze.color[2], fog);
    return id;
  }
}

/** Pinhole camera at `eye`, turned by `yaw` (to the right) and `pitch` (up), radians; `fov` is the vertical angle in degrees. */
export class Camera {
  constructor({ eye, yaw = 0, pitch = 0, fov = 45, width, height }) {
    Object.assign(this, { eye, width, height });
    const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    this.forward = [sy * cp, sp, cy * cp];
    this.right = [cy, 0, -sy];
    this.up = [-sy * sp, cp, -cy * sp];
    this.scale = Math.tan((fov * Math.PI) / 360) / (height / 2);
  }

  /** Unit direction through the point (x, y) of the picture. */
  direction(x, y, out) {
    const u = (x - this.width / 2) * this.scale;
    const v = (this.height / 2 - y) * this.scale;
    for (let i = 0; i < 3; i++) out[i] = this.forward[i] + u * this.right[i] + v * this.up[i];
    const k = 1 / Math.hypot(out[0], out[1], out[2]);
    for (let i = 0; i < 3; i++) out[i] *= k;
    return out;
  }

  /** Where a point of the world lands in the picture: [x, y], or null behind the camera. */
  project(point) {
    const d = point.map((value, i) => value - this.eye[i]);
    const dot = (axis) => axis[0] * d[0] + axis[1] * d[1] + axis[2] * d[2];
    const depth = dot(this.forward);
    if (depth <= 0.05) return null;
    return [this.width / 2 + dot(this.right) / depth / this.scale, this.height / 2 - dot(this.up) / depth / this.scale];
  }
}

/**
 * Draw the scene.
 *
 * @returns {{ rgba: Uint8Array, ids: Uint16Array }} the picture, and for every pixel the object seen through its centre
 */
export function draw(scene, camera, { samples = 16, seed = 1 } = {}) {
  const { width, height } = camera;
  const tracer = new Tracer(scene);
  const next = random(seed);
  const grain = random(seed + 1);
  const rgba = new Uint8Array(width * height * 4);
  const ids = new Uint16Array(width * height);
  const side = Math.round(Math.sqrt(samples));
  const direction = new Float64Array(3);
  const light = new Float64Array(3);
  const [ex, ey, ez] = camera.eye;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      for (let i = 0; i < side * side; i++) {
        camera.direction(x + ((i % side) + next()) / side, y + (Math.floor(i / side) + next()) / side, direction);
        tracer.shade(ex, ey, ez, direction[0], direction[1], direction[2], next, light);
        // a bright spark must not outweigh its neighbours
        r += Math.min(light[0], 4);
        g += Math.min(light[1], 4);
        b += Math.min(light[2], 4);
      }
      const at = y * width + x;
      camera.direction(x + 0.5, y + 0.5, direction);
      if (tracer.trace(ex, ey, ez, direction[0], direction[1], direction[2], 1e-3, 400, false) > 0)
        ids[at] = tracer.object?.id ?? 0;
      const vignette = 1 - 0.22 * (((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2);
      const exposure = ((scene.exposure ?? 1) * vignette) / (side * side);
      const dust = (grain() + grain() - 1) * 3.5;
      rgba[at * 4] = develop(r * exposure, dust);
      rgba[at * 4 + 1] = develop(g * exposure, dust);
      rgba[at * 4 + 2] = develop(b * exposure, dust);
      rgba[at * 4 + 3] = 255;
    }
  }
  return { rgba, ids };
}

/** Linear light to a byte: a film-like shoulder, then sRGB. */
function develop(light, dust) {
  const film = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14);
  const v = film <= 0.0031308 ? 12.92 * film : 1.055 * film ** (1 / 2.4) - 0.055;
  return Math.max(0, Math.min(255, Math.round(v * 255 + dust)));
}
