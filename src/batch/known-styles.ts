/** Drawing many scenes in few styles: `render` itself decides each style once. */
export { render as renderOneOfMany } from "../draw/render.ts";
