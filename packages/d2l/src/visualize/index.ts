// Pictures of models and data, as panels for figures.
export { type ComputationGraphOptions, computationGraph } from "./computation-graph.js";
export { type ContoursOptions, circle, contours } from "./contours.js";
export { type DecisionRegionsOptions, decisionRegions } from "./decision-regions.js";
export { type HistogramOptions, histogram } from "./histogram.js";
export { type NetworkDiagramOptions, networkDiagram } from "./network-diagram.js";
export { type FigureOptions, figureOf } from "./panels.js";
