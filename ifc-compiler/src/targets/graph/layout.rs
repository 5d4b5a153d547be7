//! Places for nodes and edges: layers from left to right by the longest way from a source, the
//! order in a layer by the mean of the neighbours' places, long edges through invisible nodes.

use petgraph::algo::{greedy_feedback_arc_set, toposort};
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

/// Sweeps over the layers; more change little.
const SWEEPS: usize = 6;

/// Where everything is: column and row, from 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// For each node.
    pub(super) nodes: Vec<(usize, usize)>,
    /// For each edge the places that it goes through, both ends left out; in order from the first
    /// end to the second.
    pub(super) bends: Vec<Vec<(usize, usize)>>,
    /// Number of rows of each column.
    pub(super) rows: Vec<usize>,
}

pub(super) fn layout(nodes: usize, edges: &[(usize, usize)]) -> Layout {
    let layers = layers(nodes, edges);
    let mut grid = Grid::new(&layers);
    let chains: Vec<Vec<usize>> = edges
        .iter()
        .map(|&(from, to)| grid.chain(from, to))
        .collect();
    grid.sort();
    let bends = chains
        .iter()
        .map(|chain| chain.iter().map(|&node| grid.place(node)).collect());
    Layout {
        bends: bends.collect(),
        nodes: (0..nodes).map(|node| grid.place(node)).collect(),
        rows: grid.columns.iter().map(Vec::len).collect(),
    }
}

fn layers(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(from, to) in edges {
        if from != to {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
        }
    }
    let back: std::collections::BTreeSet<EdgeIndex> =
        greedy_feedback_arc_set(&graph).map(|e| e.id()).collect();
    graph.retain_edges(|_, edge| !back.contains(&edge));
    let mut layers = vec![0; nodes];
    // Without the back edges there is no cycle, so that an order exists.
    for node in toposort(&graph, None).unwrap_or_default() {
        for target in graph.neighbors(node) {
            layers[target.index()] = layers[target.index()].max(layers[node.index()] + 1);
        }
    }
    layers
}

struct Grid {
    /// Nodes of each column in order of row.
    columns: Vec<Vec<usize>>,
    /// Column and row of each node, invisible ones behind the others.
    places: Vec<(usize, usize)>,
    /// Neighbours in the columns before and behind.
    neighbours: Vec<Vec<usize>>,
}

impl Grid {
    fn new(layers: &[usize]) -> Grid {
        let count = layers.iter().max().map_or(0, |most| most + 1);
        let mut grid = Grid {
            columns: vec![Vec::new(); count],
            places: Vec::new(),
            neighbours: Vec::new(),
        };
        for &layer in layers {
            grid.add(layer);
        }
        grid
    }

    fn add(&mut self, column: usize) -> usize {
        let node = self.places.len();
        self.places.push((column, self.columns[column].len()));
        self.columns[column].push(node);
        self.neighbours.push(Vec::new());
        node
    }

    /// Invisible nodes in the columns between two nodes.
    fn chain(&mut self, from: usize, to: usize) -> Vec<usize> {
        let (a, b) = (self.places[from].0, self.places[to].0);
        let columns: Vec<usize> = if a < b {
            (a + 1..b).collect()
        } else {
            (b + 1..a).rev().collect()
        };
        let chain: Vec<usize> = columns.into_iter().map(|column| self.add(column)).collect();
        if a != b {
            let mut before = from;
            for &node in chain.iter().chain([&to]) {
                self.neighbours[before].push(node);
                self.neighbours[node].push(before);
                before = node;
            }
        }
        chain
    }

    fn place(&self, node: usize) -> (usize, usize) {
        self.places[node]
    }

    fn sort(&mut self) {
        for sweep in 0..SWEEPS {
            let count = self.columns.len();
            for step in 0..count {
                let (column, forward) = if sweep % 2 == 0 {
                    (step, true)
                } else {
                    (count - 1 - step, false)
                };
                self.sort_column(column, forward);
            }
        }
    }

    fn sort_column(&mut self, column: usize, forward: bool) {
        let mut keyed: Vec<(f64, usize, usize)> = self.columns[column]
            .iter()
            .enumerate()
            .map(|(row, &node)| {
                (
                    self.mean(node, column, forward).unwrap_or(row as f64),
                    row,
                    node,
                )
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (row, &(_, _, node)) in keyed.iter().enumerate() {
            self.columns[column][row] = node;
            self.places[node].1 = row;
        }
    }

    /// Mean place of the neighbours on the side from which the sweep comes, relative to the length
    /// of this column.
    fn mean(&self, node: usize, column: usize, forward: bool) -> Option<f64> {
        let mut sum = 0.0;
        let mut count = 0usize;
        for &other in &self.neighbours[node] {
            let (its, row) = self.places[other];
            if (its < column) == forward {
                let rows = self.columns[its].len() as f64;
                sum += (row as f64 + 0.5) / rows;
                count += 1;
            }
        }
        (count > 0).then(|| sum / count as f64 * self.columns[column].len() as f64 - 0.5)
    }
}
