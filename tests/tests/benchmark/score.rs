//! Precision and recall of what is granted, for actions and for actions on resources.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::AddAssign;

use crate::expected::Need;

/// An action on a resource.
pub(crate) type Pair = (String, String);

/// How often the analysis was right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub needed: usize,
    pub found: usize,
    pub granted: usize,
    pub right: usize,
}

impl Score {
    pub(crate) fn precision(self) -> f64 {
        ratio(self.right, self.granted)
    }

    pub(crate) fn recall(self) -> f64 {
        ratio(self.found, self.needed)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.needed += other.needed;
        self.found += other.found;
        self.granted += other.granted;
        self.right += other.right;
    }
}

/// Scores of one function, with what is wrong in words.
#[derive(Debug, Default)]
pub(crate) struct Judgement {
    pub actions: Score,
    pub resources: Score,
    pub wrong: Vec<Wrong>,
}

/// A difference between what is needed and what is granted.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wrong {
    /// The code would be denied this.
    Missing(Pair),
    /// The code never does this.
    Excess(Pair),
    /// Allows more than is needed.
    Wide(Pair),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, (action, on)) = match self {
            Wrong::Missing(pair) => ("missing", pair),
            Wrong::Excess(pair) => ("not needed", pair),
            Wrong::Wide(pair) => ("too wide", pair),
        };
        write!(f, "{what}: {action} on {on}")
    }
}

/// Compares what is needed with what is granted.
pub(crate) fn judge(needs: &[Need], granted: &BTreeSet<Pair>) -> Judgement {
    let needed: BTreeSet<Pair> = needs
        .iter()
        .flat_map(|need| need.on.iter().map(|on| (need.action.clone(), on.clone())))
        .collect();
    let mut wrong: Vec<Wrong> = needed
        .iter()
        .filter(|need| !granted.iter().any(|grant| covers(grant, need)))
        .map(|need| Wrong::Missing(need.clone()))
        .collect();
    let missing = wrong.len();
    let excess = granted.difference(&needed).map(|grant| {
        let useful = needed.iter().any(|need| covers(grant, need));
        if useful {
            Wrong::Wide(grant.clone())
        } else {
            Wrong::Excess(grant.clone())
        }
    });
    wrong.extend(excess);
    wrong.sort();
    Judgement {
        actions: compare(&actions(&needed), &actions(granted)),
        resources: Score {
            needed: needed.len(),
            found: needed.len() - missing,
            granted: granted.len(),
            right: granted.intersection(&needed).count(),
        },
        wrong,
    }
}

fn actions(pairs: &BTreeSet<Pair>) -> BTreeSet<&str> {
    pairs.iter().map(|(action, _)| action.as_str()).collect()
}

fn compare(needed: &BTreeSet<&str>, granted: &BTreeSet<&str>) -> Score {
    let both = needed.intersection(granted).count();
    Score {
        needed: needed.len(),
        found: both,
        granted: granted.len(),
        right: both,
    }
}

fn covers(grant: &Pair, need: &Pair) -> bool {
    grant.0 == need.0 && matches(grant.1.as_bytes(), need.1.as_bytes())
}

/// Whether a pattern of IAM allows all that another one stands for.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=text.len()).any(|skipped| matches(rest, &text[skipped..])),
        (Some((wanted, pattern)), Some((given, text))) if wanted == given => matches(pattern, text),
        _ => false,
    }
}

#[test]
fn what_is_wrong_is_told_apart() {
    let need = |action: &str, on: &str| Need {
        action: action.into(),
        on: vec![on.into()],
        _note: None,
    };
    let needs = [
        need("s3:GetObject", "b/in/*"),
        need("s3:PutObject", "b/out"),
        need("sqs:SendMessage", "q"),
    ];
    let pair = |action: &str, on: &str| (action.to_owned(), on.to_owned());
    let (wide, excess) = (pair("s3:GetObject", "b/*"), pair("s3:PutObject", "b/other"));
    let granted = BTreeSet::from([wide.clone(), excess.clone(), pair("sqs:SendMessage", "q")]);
    let judgement = judge(&needs, &granted);
    let missing = pair("s3:PutObject", "b/out");
    let wrong = [
        Wrong::Missing(missing),
        Wrong::Excess(excess),
        Wrong::Wide(wide),
    ];
    assert_eq!(judgement.wrong, wrong);
    assert_eq!(
        judgement.actions,
        Score {
            needed: 3,
            found: 3,
            granted: 3,
            right: 3
        }
    );
    assert_eq!(
        judgement.resources,
        Score {
            needed: 3,
            found: 2,
            granted: 3,
            right: 1
        }
    );
}
