//! Walking the graph, with the way back.

use crate::nodes::Node;

/// A search in breadth, so that the way to each node is a shortest one.
#[derive(Clone)]
pub(crate) struct Walk {
    /// Where each node was reached from; itself for roots.
    from: Vec<u32>,
    queue: Vec<Node>,
    next: usize,
    /// Reached, but not gone through.
    waiting: Vec<Node>,
}

const UNREACHED: u32 = u32::MAX;
const CLOSED: u32 = u32::MAX - 1;

impl Walk {
    pub(crate) fn new(nodes: usize, closed: &[Node]) -> Walk {
        let mut from = vec![UNREACHED; nodes];
        for node in closed {
            from[node.0 as usize] = CLOSED;
        }
        Walk {
            from,
            queue: Vec::new(),
            next: 0,
            waiting: Vec::new(),
        }
    }

    pub(crate) fn start(&mut self, roots: &[Node]) {
        for root in roots {
            let from = &mut self.from[root.0 as usize];
            if *from == UNREACHED {
                *from = root.0;
                self.queue.push(*root);
            }
        }
    }

    pub(crate) fn run<'a>(
        &mut self,
        is_open: impl Fn(Node) -> bool,
        edges: impl Fn(Node) -> &'a [Node],
    ) {
        while let Some(node) = self.queue.get(self.next).copied() {
            self.next += 1;
            if !is_open(node) {
                self.waiting.push(node);
                continue;
            }
            for to in edges(node) {
                let from = &mut self.from[to.0 as usize];
                if *from == UNREACHED {
                    *from = node.0;
                    self.queue.push(*to);
                }
            }
        }
    }

    /// Takes these edges where their beginning was reached. Whether that led to new nodes.
    pub(crate) fn follow(&mut self, edges: &[(Node, Node)]) -> bool {
        let known = self.queue.len();
        for (from, to) in edges {
            let is_reached = self.from[from.0 as usize] < CLOSED;
            let at = &mut self.from[to.0 as usize];
            if is_reached && *at == UNREACHED {
                *at = from.0;
                self.queue.push(*to);
            }
        }
        self.queue.len() > known
    }

    /// Goes on with the nodes that were not gone through.
    pub(crate) fn reopen(&mut self) {
        self.queue.append(&mut self.waiting);
    }

    /// The nodes from a root to `node`; none if it was not reached.
    pub(crate) fn chain(&self, node: Node) -> Option<Vec<Node>> {
        let mut chain = vec![node];
        let mut at = node.0;
        loop {
            match self.from[at as usize] {
                UNREACHED | CLOSED => return None,
                from if from == at => break,
                from => {
                    chain.push(Node(from));
                    at = from;
                }
            }
        }
        chain.reverse();
        Some(chain)
    }
}
