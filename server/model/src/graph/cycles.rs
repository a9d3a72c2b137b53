//! Drops inferred edges that would close a circle with stronger ones.

use rustc_hash::FxHashSet;

use super::{Edge, Evidence};

/// Keeps `edges` sorted. Declared edges stay; of the others the weakest that close a circle go.
pub(super) fn drop_inferred(sessions: usize, edges: &mut Vec<Edge>) {
    let components = components(sessions, edges);
    let is_inside = |edge: &Edge| components[edge.from.0] == components[edge.to.0];
    if !edges.iter().any(is_inside) {
        return;
    }
    // Only edges inside a strongly connected component can close a circle; they are few. Add the strongest first.
    let mut inside: Vec<usize> = (0..edges.len()).filter(|at| is_inside(&edges[*at])).collect();
    inside.sort_by_key(|at| (edges[*at].evidence, edges[*at].from, edges[*at].to));
    let mut kept: Vec<Vec<usize>> = vec![Vec::new(); sessions];
    let mut dropped = FxHashSet::default();
    for at in inside {
        let (from, to) = (edges[at].from.0, edges[at].to.0);
        if edges[at].evidence != Evidence::Declared && reaches(&kept, to, from) {
            dropped.insert(at);
        } else {
            kept[from].push(to);
        }
    }
    let mut at = 0;
    edges.retain(|_| {
        at += 1;
        !dropped.contains(&(at - 1))
    });
}

fn reaches(edges: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = FxHashSet::from_iter([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        open.extend(edges[node].iter().copied().filter(|next| seen.insert(*next)));
    }
    false
}

/// By session: the number of its strongly connected component (Tarjan 1972, without recursion).
fn components(sessions: usize, edges: &[Edge]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let first = |node: usize| edges.partition_point(|edge| edge.from.0 < node);
    let (mut index, mut low) = (vec![NONE; sessions], vec![0; sessions]);
    let (mut component, mut stack, mut next) = (vec![NONE; sessions], Vec::new(), 0);
    for root in 0..sessions {
        if index[root] != NONE {
            continue;
        }
        let mut path = vec![(root, first(root))];
        (index[root], low[root]) = (next, next);
        next += 1;
        stack.push(root);
        while let Some((node, at)) = path.last_mut() {
            let node = *node;
            if let Some(edge) = edges.get(*at).filter(|edge| edge.from.0 == node) {
                *at += 1;
                let to = edge.to.0;
                if index[to] == NONE {
                    (index[to], low[to]) = (next, next);
                    next += 1;
                    stack.push(to);
                    path.push((to, first(to)));
                } else if component[to] == NONE {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = node;
                    if member == node {
                        break;
                    }
                }
            }
        }
    }
    component
}
