// Shapes in types, for those who ask for them: `torch.ones([2, 3] as const)` has a shape that the compiler knows.
//
// Where both shapes of a product are known and do not fit, that is a compile-time error; everywhere else a tensor is a Tensor
// and nothing happens.
import type { Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Where a known shape stands in a type; nothing stands there in the value. */
declare const KNOWN: unique symbol;

/** What is known of a tensor beside its being one. */
interface Knowledge<S extends Shape> {
  readonly shape: S;
  readonly [KNOWN]: S;
}

/** A tensor whose shape the compiler knows. */
export type Shaped<S extends Shape> = Tensor & Knowledge<S>;

/** A tensor of a shape: with the shape in its type where the sizes are literal, plain otherwise. */
export type TensorOf<S extends Shape> = Tensor & (IsKnown<S> extends true ? Knowledge<S> : unknown);

/** The shape that is known of a tensor; just some shape where none is. */
export type ShapeOf<T> = T extends { readonly [KNOWN]: infer S extends Shape } ? S : Shape;

/** Whether the number of sizes and every size are literal. */
export type IsKnown<S extends Shape> = number extends S["length"] ? false : AllLiteral<S>;
type AllLiteral<S extends Shape> = S extends readonly [infer Head extends number, ...infer Rest extends Shape]
  ? number extends Head
    ? false
    : AllLiteral<Rest>
  : true;

/** What the compiler shows where a product does not fit. */
export interface ProductMismatch<Columns extends number, Rows extends number> {
  readonly error: `shapes do not multiply: the first has ${Columns} columns, the second ${Rows} rows`;
}

type Last<S extends Shape> = S extends readonly [...Shape, infer N extends number] ? N : number;
/** The size of a right operand that is summed over: a vector's length, a matrix's rows. */
type Inner<S extends Shape> = S extends readonly [infer N extends number]
  ? N
  : S extends readonly [...Shape, infer N extends number, number]
    ? N
    : number;

/** What a right operand has to be beside a tensor: anything where it fits or nothing is known, else what it never is. */
export type FitsProduct<A, B> = Fits<ShapeOf<A>, ShapeOf<B>>;
type Fits<A extends Shape, B extends Shape> = [IsKnown<A>, IsKnown<B>] extends [true, true]
  ? Last<A> extends Inner<B>
    ? unknown
    : ProductMismatch<Last<A>, Inner<B>>
  : unknown;

/** The tensor that a product of matrices and vectors gives. */
export type ProductOf<A, B> = TensorOf<ProductShape<ShapeOf<A>, ShapeOf<B>>>;
type ProductShape<A extends Shape, B extends Shape> = A extends readonly [infer M extends number, number]
  ? B extends readonly [number, infer N extends number]
    ? readonly [M, N]
    : B extends readonly [number]
      ? readonly [M]
      : Shape
  : A extends readonly [number]
    ? B extends readonly [number, infer N extends number]
      ? readonly [N]
      : B extends readonly [number]
        ? readonly []
        : Shape
    : Shape;
