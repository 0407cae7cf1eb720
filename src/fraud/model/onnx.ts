import { PbfWriter } from 'pbf'
import type { Trees } from './trees.ts'

// Field numbers and enumerations of onnx.proto (ONNX IR version 8); the operator is TreeEnsembleRegressor of ai.onnx.ml 3.
const FLOAT_TENSOR = 1
const ATTRIBUTE = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const
const IR_VERSION = 8
const ML_OPSET = 3

/** The name of the input, rows × features, and of the output, rows × 1: the probability before calibration. */
export const ONNX_INPUT = 'features'
export const ONNX_OUTPUT = 'probability'
const LOG_ODDS = 'log-odds'

/**
 * The trees as an ONNX model, for other programs. ONNX has 32-bit floats: a value within a 32-bit step of a threshold may
 * go the other way than here.
 */
export function writeOnnx(trees: Trees, width: number): Uint8Array {
  const model = new PbfWriter()
  model.writeVarintField(1, IR_VERSION)
  model.writeStringField(2, 'guichet')
  model.writeMessage(7, writeGraph, { trees, width })
  model.writeMessage(8, writeOpset, { domain: 'ai.onnx.ml', version: ML_OPSET })
  model.writeMessage(8, writeOpset, { domain: '', version: 17 })
  return model.finish()
}

function writeOpset({ domain, version }: { domain: string; version: number }, opset: PbfWriter): void {
  opset.writeStringField(1, domain)
  opset.writeVarintField(2, version)
}

function writeGraph({ trees, width }: { trees: Trees; width: number }, graph: PbfWriter): void {
  graph.writeMessage(1, writeNode, trees)
  graph.writeMessage(1, writeSigmoid, null)
  graph.writeStringField(2, 'guichet-trees')
  graph.writeMessage(11, writeTensor, { name: ONNX_INPUT, columns: width })
  graph.writeMessage(12, writeTensor, { name: ONNX_OUTPUT, columns: 1 })
}

function writeTensor({ name, columns }: { name: string; columns: number }, info: PbfWriter): void {
  info.writeStringField(1, name)
  info.writeMessage(
    2,
    (_, type) => {
      type.writeMessage(
        1,
        (__, tensor) => {
          tensor.writeVarintField(1, FLOAT_TENSOR)
          tensor.writeMessage(
            2,
            (___, shape) => {
              shape.writeMessage(1, (____, rows) => rows.writeStringField(2, 'rows'), null)
              shape.writeMessage(1, (____, fixed) => fixed.writeVarintField(1, columns), null)
            },
            null,
          )
        },
        null,
      )
    },
    null,
  )
}

/** A node of its own: runtimes leave out the operator's own post-transform when there is one target. */
function writeSigmoid(_: null, node: PbfWriter): void {
  node.writeStringField(1, LOG_ODDS)
  node.writeStringField(2, ONNX_OUTPUT)
  node.writeStringField(3, 'sigmoid')
  node.writeStringField(4, 'Sigmoid')
}

type Attribute =
  | { name: string; ints: number[] }
  | { name: string; floats: number[] }
  | { name: string; strings: string[] }
  | { name: string; string: string }
  | { name: string; int: number }

function writeNode(trees: Trees, node: PbfWriter): void {
  node.writeStringField(1, ONNX_INPUT)
  node.writeStringField(2, LOG_ODDS)
  node.writeStringField(3, 'trees')
  node.writeStringField(4, 'TreeEnsembleRegressor')
  for (const attribute of attributesOf(trees)) node.writeMessage(5, writeAttribute, attribute)
  node.writeStringField(7, 'ai.onnx.ml')
}

function attributesOf({ roots, feature, threshold, left, missingRight, value, base }: Trees): Attribute[] {
  const tree: number[] = []
  const place: number[] = []
  roots.forEach((root, t) => {
    const end = roots[t + 1] ?? feature.length
    for (let node = root; node < end; node++) {
      tree.push(t)
      place.push(node - root)
    }
  })
  const isLeaf = (node: number) => feature[node]! < 0
  const child = (node: number, step: number) => (isLeaf(node) ? 0 : left[node]! + step - roots[tree[node]!]!)
  const nodes = [...feature.keys()]
  const leaves = nodes.filter(isLeaf)
  return [
    { name: 'nodes_treeids', ints: tree },
    { name: 'nodes_nodeids', ints: place },
    { name: 'nodes_featureids', ints: nodes.map((node) => Math.max(0, feature[node]!)) },
    { name: 'nodes_modes', strings: nodes.map((node) => (isLeaf(node) ? 'LEAF' : 'BRANCH_LT')) },
    { name: 'nodes_values', floats: [...threshold] },
    { name: 'nodes_truenodeids', ints: nodes.map((node) => child(node, 0)) },
    { name: 'nodes_falsenodeids', ints: nodes.map((node) => child(node, 1)) },
    { name: 'nodes_missing_value_tracks_true', ints: nodes.map((node) => 1 - missingRight[node]!) },
    { name: 'target_treeids', ints: leaves.map((node) => tree[node]!) },
    { name: 'target_nodeids', ints: leaves.map((node) => place[node]!) },
    { name: 'target_ids', ints: leaves.map(() => 0) },
    { name: 'target_weights', floats: leaves.map((node) => value[node]!) },
    { name: 'n_targets', int: 1 },
    { name: 'base_values', floats: [base] },
    { name: 'aggregate_function', string: 'SUM' },
    { name: 'post_transform', string: 'NONE' },
  ]
}

function writeAttribute(attribute: Attribute, to: PbfWriter): void {
  to.writeStringField(1, attribute.name)
  if ('ints' in attribute) {
    for (const one of attribute.ints) to.writeVarintField(8, one)
    to.writeVarintField(20, ATTRIBUTE.ints)
  } else if ('floats' in attribute) {
    for (const one of attribute.floats) to.writeFloatField(7, one)
    to.writeVarintField(20, ATTRIBUTE.floats)
  } else if ('strings' in attribute) {
    for (const one of attribute.strings) to.writeStringField(9, one)
    to.writeVarintField(20, ATTRIBUTE.strings)
  } else if ('string' in attribute) {
    to.writeStringField(4, attribute.string)
    to.writeVarintField(20, ATTRIBUTE.string)
  } else {
    to.writeVarintField(3, attribute.int)
    to.writeVarintField(20, ATTRIBUTE.int)
  }
}
