//! The songs that need not move: a longest increasing run.

/// A group of kept songs, as the target orders them.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Where its first song stands among the kept songs of the child. No two groups share a rank.
    pub rank: usize,
    /// Songs in it.
    pub len: usize,
}

/// Songs, then groups, of a run; then one more than the index of its last group (0: none).
type Best = (usize, usize, usize);

/// Takes groups in the target's order; tells for each whether it belongs to the increasing run that has
/// the most songs and, among those, the most groups.
pub fn longest_run(groups: &[Group]) -> Vec<bool> {
    let ranks = groups.iter().map(|group| group.rank + 1).max().unwrap_or(0);
    let mut tree = PrefixMax(vec![(0, 0, 0); ranks + 1]);
    let mut before = Vec::with_capacity(groups.len());
    for (index, group) in groups.iter().enumerate() {
        let (songs, count, last) = tree.max_below(group.rank);
        tree.raise(group.rank, (songs + group.len, count + 1, index + 1));
        before.push(last);
    }
    let mut stays = vec![false; groups.len()];
    let (_, _, mut last) = tree.max_below(ranks);
    while let Some(index) = last.checked_sub(1) {
        stays[index] = true;
        last = before[index];
    }
    stays
}

/// A Fenwick tree: the best run among those that end below a rank, in logarithmic time.
struct PrefixMax(Vec<Best>);

impl PrefixMax {
    fn max_below(&self, rank: usize) -> Best {
        let mut best = (0, 0, 0);
        let mut node = rank;
        while node > 0 {
            best = best.max(self.0[node]);
            node &= node - 1;
        }
        best
    }

    fn raise(&mut self, rank: usize, run: Best) {
        let mut node = rank + 1;
        while node < self.0.len() {
            self.0[node] = self.0[node].max(run);
            node += node & node.wrapping_neg();
        }
    }
}
