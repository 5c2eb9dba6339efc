// The public surface of @torchlet/d2l: the book's toolkit.
export {};
