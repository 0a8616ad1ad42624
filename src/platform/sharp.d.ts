/** sharp is optional and brings its own types where it is installed; `node.ts` says what it uses of it. */
declare module "sharp";
