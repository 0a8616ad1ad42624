/** Skeletons that people use: how the points of well-known poses are named and joined. */
import type { Skeleton } from "./scene.ts";

type Edge = readonly [from: number, to: number];

const PERSON_POINTS =
  "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist " +
  "right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle";
/** Legs, trunk, arms, head. */
const PERSON_EDGES: readonly Edge[] = pairs(
  "15-13 13-11 16-14 14-12 11-12 5-11 6-12 5-6 5-7 6-8 7-9 8-10 1-2 0-1 0-2 1-3 2-4 3-5 4-6",
);

const FINGERS = ["thumb", "forefinger", "middle_finger", "ring_finger", "pinky_finger"] as const;
const FINGER_COLORS = [0xf58231, 0xe6194b, 0x4363d8, 0x3cb44b, 0xb04fd0] as const;
/** The first and the last point of each line of a face; a line that is closed ends with `+`. */
const FACE_LINES = "0-16 17-21 22-26 27-30 31-35 36-41+ 42-47+ 48-59+ 60-67+";
const FEET = "left_big_toe left_small_toe left_heel right_big_toe right_small_toe right_heel";
const ANIMAL_POINTS =
  "left_eye right_eye nose neck root_of_tail left_shoulder left_elbow left_front_paw right_shoulder right_elbow " +
  "right_front_paw left_hip left_knee left_back_paw right_hip right_knee right_back_paw";

function pairs(text: string): Edge[] {
  return text.split(" ").map((pair): Edge => {
    const [from, to] = pair.split("-");
    return [Number(from), Number(to)];
  });
}

/** Neighbouring points of the lines of a face whose first point is `first`. */
function faceEdges(first: number): Edge[] {
  return FACE_LINES.split(" ").flatMap((line): Edge[] => {
    const [start, end] = line.split("-").map((index) => first + Number.parseInt(index, 10)) as [number, number];
    const edges = Array.from({ length: end - start }, (_, i): Edge => [start + i, start + i + 1]);
    return line.endsWith("+") ? [...edges, [end, start]] : edges;
  });
}

/** From the wrist, which is point `first`, out to the tip of each finger. */
function handEdges(first: number): Edge[] {
  return FINGERS.flatMap((_, finger): Edge[] => {
    const base = first + 1 + finger * 4;
    return [
      [first, base],
      [base, base + 1],
      [base + 1, base + 2],
      [base + 2, base + 3],
    ];
  });
}

function handPoints(root: string, prefix = ""): string[] {
  return [root, ...FINGERS.flatMap((name) => [1, 2, 3, 4].map((joint) => `${prefix}${name}${joint}`))];
}

const handColors = (): number[] => FINGER_COLORS.flatMap((color) => [color, color, color, color]);
/** The wrist belongs to no finger. */
const handPointColors = (): number[] => [0xc8c8c8, ...handColors()];
const facePoints = (prefix: string): string[] => Array.from({ length: 68 }, (_, i) => `${prefix}${i}`);

function wholeBody(): Skeleton {
  const feet = pairs("15-17 15-18 15-19 16-20 16-21 16-22");
  // left and right of the body in colours of their own, what lies between in a third
  const side = (name: string): number =>
    name.startsWith("left") ? 0x2aa9e0 : name.startsWith("right") ? 0xf58231 : 0x53c653;
  const body = `${PERSON_POINTS} ${FEET}`.split(" ");
  const bodyEdges = [...PERSON_EDGES, ...feet];
  const face = faceEdges(23);
  const edgeSide = ([from, to]: Edge): number => {
    const [a, b] = [side(body[from]!), side(body[to]!)];
    return a === b ? a : 0x53c653;
  };
  const hands = [...handColors(), ...handColors()];
  return {
    name: "whole body",
    points: [
      ...body,
      ...facePoints("face-"),
      ...handPoints("left_hand_root", "left_"),
      ...handPoints("right_hand_root", "right_"),
    ],
    edges: [...bodyEdges, ...face, ...handEdges(91), ...handEdges(112)],
    edgeColors: [...bodyEdges.map(edgeSide), ...face.map(() => 0xf2f2f2), ...hands],
    pointColors: [
      ...body.map(side),
      ...Array.from({ length: 68 }, () => 0xf2f2f2),
      ...handPointColors(),
      ...handPointColors(),
    ],
  };
}

/** Names of the built-in skeletons. */
export type SkeletonName = "person" | "hand" | "face" | "wholeBody" | "animal";

/**
 * The built-in skeletons: COCO's person (17 points), the hand of 21 points (wrist, then each finger from its root to its
 * tip), the face of 68 points (iBUG 300-W), COCO-WholeBody (133 points: person, feet, face, both hands) and the animal of
 * AP-10K (17 points). Edges are pairs of 0-based indices. Fingers and the whole body carry colours of their own.
 *
 * @example
 * const { points, edges } = skeletons.hand;
 * edges.map(([from, to]) => `${points[from]} - ${points[to]}`)[0]; // "wrist - thumb1"
 */
export const skeletons: Readonly<Record<SkeletonName, Skeleton>> = {
  person: { name: "person", points: PERSON_POINTS.split(" "), edges: PERSON_EDGES },
  hand: {
    name: "hand",
    points: handPoints("wrist"),
    edges: handEdges(0),
    edgeColors: handColors(),
    pointColors: handPointColors(),
  },
  face: { name: "face", points: facePoints(""), edges: faceEdges(0) },
  wholeBody: wholeBody(),
  animal: {
    name: "animal",
    points: ANIMAL_POINTS.split(" "),
    edges: pairs("0-1 0-2 1-2 2-3 3-4 3-5 5-6 6-7 3-8 8-9 9-10 4-11 11-12 12-13 4-14 14-15 15-16"),
  },
};

/** The skeleton that poses of so many points usually have; undefined where none is known. */
export function usualSkeleton(points: number): Skeleton | undefined {
  // 17 points are a person far more often than an animal
  const { person, hand, face, wholeBody: whole } = skeletons;
  return [person, hand, face, whole].find((skeleton) => skeleton.points.length === points);
}
