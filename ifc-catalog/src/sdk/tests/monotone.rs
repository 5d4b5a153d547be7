//! Less knowledge never gives less permission, over all operations and random requests.

use super::super::forms;
use super::super::row::{Naming, Pair, Source};
use super::super::table::variable;
use super::*;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

#[test]
fn knowing_nothing_covers_everything() {
    let mut random = Random(7);
    for (service, name, operation) in all() {
        let nothing = operation.permissions(&Request::unknown());
        let request = request(&operation, &mut random);
        let found = operation.permissions(&request);
        assert_covered(
            &operation,
            &found,
            &nothing,
            &format!("{service} {name} {request:?}"),
        );
    }
}

#[test]
fn less_knowledge_never_gives_less_permission() {
    let mut random = Random(11);
    let mut lost = 0;
    // Rows by rule are alike: a fourth of them, and all others.
    let is_tried = |at: usize, trust| at.is_multiple_of(4) || trust != Trust::SameName;
    for (at, (service, name, operation)) in all().enumerate() {
        if !is_tried(at, operation.trust()) {
            continue;
        }
        let mut request = request(&operation, &mut random);
        for _ in 0..4 {
            let before = operation.permissions(&request);
            let less = weaker(&request, &mut random);
            let after = operation.permissions(&less);
            lost += usize::from(before != after);
            assert_covered(
                &operation,
                &before,
                &after,
                &format!("{service} {name}\n{request:?}\n{less:?}"),
            );
            request = less;
        }
    }
    assert!(
        lost > 1_000,
        "weaker requests do give other permissions: {lost}"
    );
}

fn assert_covered(operation: &Operation, inner: &[Permission], outer: &[Permission], what: &str) {
    for permission in inner {
        for action in &permission.actions {
            for resource in &permission.resources {
                let is_covered = outer.iter().any(|wide| {
                    wide.actions.contains(action)
                        && wide
                            .resources
                            .iter()
                            .any(|pattern| covers(pattern, resource))
                        && wide
                            .conditions
                            .iter()
                            .all(|condition| is_implied(condition, &permission.conditions))
                });
                // An ARN of a type that is not on record is taken as it is.
                let is_misfit =
                    resource.starts_with("arn:aws:") && !fits(operation, action, resource);
                let is_covered = is_covered || is_misfit;
                assert!(
                    is_covered,
                    "{action} on {resource} is lost: {what}\n{outer:#?}"
                );
            }
        }
    }
}

fn fits(operation: &Operation, action: &str, arn: &str) -> bool {
    let mut acts = operation.row.acts.iter().filter(|act| act.action == action);
    acts.any(|act| {
        act.on
            .iter()
            .flat_map(|pair| &pair.templates)
            .any(|template| forms::fits(arn, template))
    })
}

fn is_implied(condition: &Condition, by: &[Condition]) -> bool {
    by.iter().any(|other| {
        let covered = |value: &String| {
            condition
                .values
                .iter()
                .any(|pattern| covers(pattern, value))
        };
        other.key == condition.key && other.values.iter().all(covered)
    })
}

/// Whether all that the one pattern means, the other does too. The deployment's account and region
/// stand for any, which is the documented assumption for names of run time.
fn covers(pattern: &str, inner: &str) -> bool {
    if pattern == inner {
        return true;
    }
    // The text before the first wildcard or symbol has to be the same.
    let plain = pattern.find(['*', '?', '$']).unwrap_or(pattern.len());
    if plain > 0 {
        let rest = inner.strip_prefix(&pattern[..plain]);
        return rest.is_some_and(|rest| covers(&pattern[plain..], rest));
    }
    const FIELDS: [&str; 3] = ["${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"];
    if let Some(rest) = pattern.strip_prefix('*') {
        return (0..=inner.len())
            .any(|at| inner.is_char_boundary(at) && covers(rest, &inner[at..]));
    }
    if let Some((field, rest)) = FIELDS
        .iter()
        .find_map(|field| Some((field, pattern.strip_prefix(field)?)))
    {
        let same = inner
            .strip_prefix(field)
            .is_some_and(|inner| covers(rest, inner));
        let end = inner.find([':', '*']).unwrap_or(inner.len());
        return same || covers(rest, &inner[end..]);
    }
    match (pattern.chars().next(), inner.chars().next()) {
        (None, None) => true,
        (Some('?'), Some(other)) if other != '*' => {
            covers(&pattern[1..], &inner[other.len_utf8()..])
        }
        (Some(one), Some(other)) if one == other => {
            covers(&pattern[one.len_utf8()..], &inner[one.len_utf8()..])
        }
        _ => false,
    }
}

#[test]
fn covering_is_no_matter_of_course() {
    assert!(covers("arn:${AWS::Partition}:sqs:*:x", "arn:aws:sqs:a:b:x"));
    assert!(!covers("a/b", "a/*"));
    assert!(!covers("arn:${AWS::Partition}:x", "arn:a:b:x"));
    assert!(!covers("bedrock:${AWS::Region}:x", "bedrock:*:x"));
    assert!(covers("a-??????", "a-??????"));
}

/// A request of which all is known, with members set or not by chance.
fn request(operation: &Operation, random: &mut Random) -> Request {
    let mut members: Vec<Member> = Vec::new();
    let paths: Vec<String> = operation.member_paths().map(String::from).collect();
    for path in paths {
        if random.below(3) == 0 {
            continue;
        }
        let texts = texts(operation, &path);
        let count = 1 + random.below(2);
        members.push(Member {
            always: random.below(4) != 0,
            values: (0..count)
                .map(|_| vec![Part::Text(random.one(&texts).clone())])
                .collect(),
            path,
        });
    }
    Request::with(members)
}

/// Texts that a member can sensibly have.
fn texts(operation: &Operation, path: &str) -> Vec<String> {
    let mut texts = vec!["one".to_owned(), "two-2".to_owned()];
    for pair in operation.row.acts.iter().flat_map(|act| &act.on) {
        let sources: Vec<&Source> = match &pair.naming {
            Naming::Whole(source) => vec![source],
            Naming::Variables(sources) => sources.iter().flatten().collect(),
        };
        for source in sources {
            if let Source::Member {
                path: other,
                transform,
                ..
            } = source
                && other == path
            {
                let is_whole = matches!(pair.naming, Naming::Whole(_));
                let mut more = forms_of(pair, transform, is_whole);
                if is_whole {
                    texts.clear();
                }
                texts.append(&mut more);
            }
        }
    }
    texts
}

fn forms_of(pair: &Pair, transform: &str, is_whole: bool) -> Vec<String> {
    let named = |text: &str| text.to_owned();
    match transform {
        "src" => vec![named("docs/a"), named("/docs/a%20b?versionId=3")],
        "s3uri" | "s3object" => vec![named("s3://docs/a"), named("s3://docs")],
        "url" => vec![named(
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
        )],
        "fn" => vec![named("f:live"), named("111122223333:function:f")],
        "noslash" => vec![named("/a/b")],
        "ses" => vec![named("Me <me@example.org>"), named("me@example.org")],
        "model" => vec![
            named("us.amazon.nova-pro-v1:0"),
            named("amazon.nova-pro-v1:0"),
        ],
        "bus" => vec![named("default"), named("orders")],
        "partiql" | "partiqlindex" => {
            vec![
                named("SELECT * FROM \"t\".\"i\" WHERE a = ?"),
                named("insert into t value {}"),
            ]
        }
        "kms" => vec![
            named("alias/main"),
            named("arn:aws:kms:eu-west-1:111122223333:key/1-2"),
        ],
        "secret" | "bk" => Vec::new(),
        _ if is_whole || transform == "na" => pair
            .templates
            .iter()
            .map(|template| literal(template))
            .collect(),
        _ => Vec::new(),
    }
}

fn literal(template: &str) -> String {
    let mut out = template
        .replace("${AWS::Partition}", "aws")
        .replace("${AWS::Region}", "eu-west-1")
        .replace("${AWS::AccountId}", "111122223333");
    for at in 0..16 {
        out = out.replace(variable(at), &format!("n{at}"));
    }
    out
}

/// The same request with less known of it.
fn weaker(request: &Request, random: &mut Random) -> Request {
    let mut less = request.clone();
    let count = less.members.len();
    if count == 0 || random.below(6) == 0 {
        less.complete = false;
        return less;
    }
    let at = random.below(count);
    let member = &mut less.members[at];
    match random.below(5) {
        0 => member.always = false,
        1 => member.values.clear(),
        2 if !member.values.is_empty() => member.values.push(vec![Part::Text("three".to_owned())]),
        3 if !member.values.is_empty() => member.values[0] = vec![Part::Any],
        _ => {
            // What it lies in came from somewhere as a whole.
            let outer = member
                .path
                .split(['.', '[', '{'])
                .next()
                .unwrap_or_default()
                .to_owned();
            let always = member.always;
            less.members
                .retain(|member| member.path.split(['.', '[', '{']).next() != Some(&outer));
            less.members.push(Member {
                path: outer,
                always,
                values: Vec::new(),
            });
        }
    }
    less
}
