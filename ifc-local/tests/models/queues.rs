//! Queues: nothing is lost, nothing comes after it is deleted, groups keep their order.

use std::collections::{BTreeMap, BTreeSet};

use ifc_local::queue::Queues;
use serde_json::{Value, json};

use crate::{Dice, again};

const DEAD: &str = "arn:aws:sqs:us-east-1:000000000000:dead";
const MOST_RECEIVES: u64 = 3;

/// A message as the model knows it.
#[derive(Clone, Debug)]
struct Known {
    group: String,
    visible_at: u64,
    receives: u64,
    receipt: Option<String>,
}

struct World {
    queues: Queues,
    now: u64,
    fifo: bool,
    /// Messages that are not deleted, by body; bodies are numbers in the order of sending.
    known: BTreeMap<u64, Known>,
    next: u64,
}

impl World {
    fn new(seed: u64, fifo: bool) -> World {
        let mut world = World {
            queues: Queues::new("http://localhost", seed),
            now: 1_000_000,
            fifo,
            known: BTreeMap::new(),
            next: 0,
        };
        let redrive =
            json!({ "deadLetterTargetArn": world.arn("dead"), "maxReceiveCount": MOST_RECEIVES });
        for (name, more) in [
            ("dead", json!({})),
            ("jobs", json!({ "RedrivePolicy": redrive.to_string() })),
        ] {
            let mut attributes = more;
            if fifo {
                attributes["FifoQueue"] = "true".into();
            }
            let request = json!({ "QueueName": world.name(name), "Attributes": attributes });
            world.call("CreateQueue", request);
        }
        world
    }

    fn name(&self, name: &str) -> String {
        match self.fifo {
            true => format!("{name}.fifo"),
            false => name.to_owned(),
        }
    }

    fn arn(&self, name: &str) -> String {
        DEAD.replace("dead", &self.name(name))
    }

    fn call(&mut self, operation: &str, mut request: Value) -> Value {
        if request["QueueName"].is_null() && request["QueueUrl"].is_null() {
            request["QueueUrl"] = self.name("jobs").into();
        }
        let answer = self.queues.call(operation, &request, self.now);
        answer.unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    fn send(&mut self, dice: &mut Dice) {
        let (body, group) = (self.next, format!("g{}", dice.below(4)));
        self.next += 1;
        let mut request = json!({ "MessageBody": body.to_string() });
        let mut delay = 0;
        if self.fifo {
            request["MessageGroupId"] = group.as_str().into();
            request["MessageDeduplicationId"] = body.to_string().into();
        } else if dice.once_in(4) {
            delay = dice.below(30);
            request["DelaySeconds"] = delay.into();
        }
        self.call("SendMessage", request);
        let known = Known {
            group,
            visible_at: self.now + delay * 1000,
            receives: 0,
            receipt: None,
        };
        self.known.insert(body, known);
    }

    /// What may be received now: bodies in order; in a FIFO queue by group, none of which anybody has.
    fn receivable(&self) -> BTreeMap<String, Vec<u64>> {
        let mut groups: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        let busy: BTreeSet<&str> = self
            .known
            .values()
            .filter(|known| known.visible_at > self.now)
            .map(|known| known.group.as_str())
            .collect();
        for (body, known) in &self.known {
            let is_free = match self.fifo {
                true => !busy.contains(known.group.as_str()),
                false => known.visible_at <= self.now,
            };
            if is_free {
                groups.entry(known.group.clone()).or_default().push(*body);
            }
        }
        groups
    }

    fn receive(&mut self, dice: &mut Dice) {
        let (most, timeout) = (1 + dice.below(10), dice.below(20));
        let mut expected = self.receivable();
        let all: Vec<u64> = expected.values().flatten().copied().collect();
        let ready = self
            .queues
            .find(&self.name("jobs"))
            .map(|queue| queue.ready(self.now, 10_000));
        assert_eq!(ready, Some(all.len() as u64));
        let alive = all
            .iter()
            .filter(|body| self.known[*body].receives < MOST_RECEIVES)
            .count();
        let answer = self.call(
            "ReceiveMessage",
            json!({ "MaxNumberOfMessages": most, "VisibilityTimeout": timeout }),
        );
        let received = answer["Messages"].as_array().cloned().unwrap_or_default();
        assert_eq!(received.len(), alive.min(most as usize));
        for message in received {
            let body: u64 = message["Body"]
                .as_str()
                .and_then(|body| body.parse().ok())
                .expect("it is one of ours");
            let known = self
                .known
                .get_mut(&body)
                .expect("what is deleted does not come");
            let group = expected
                .get_mut(&known.group)
                .expect("nobody has one of the group");
            if self.fifo {
                // What was given up before it is gone.
                while group.first().is_some_and(|first| *first < body) {
                    let gone = group.remove(0);
                    assert!(
                        gone_after(self.queues.find("dead.fifo"), gone),
                        "{gone} comes before {body}"
                    );
                }
            }
            let at = group
                .iter()
                .position(|one| *one == body)
                .expect("it is visible, and comes once");
            group.remove(at);
            known.receives += 1;
            known.visible_at = self.now + timeout * 1000;
            known.receipt = message["ReceiptHandle"].as_str().map(str::to_owned);
        }
        // What was given up is in the other queue, and nowhere else.
        let dead: Vec<u64> = bodies(&self.queues, &self.name("dead"));
        for body in &dead {
            if let Some(known) = self.known.remove(body) {
                assert!(
                    known.receives >= MOST_RECEIVES,
                    "{body} was received {} times",
                    known.receives
                );
            }
        }
    }

    fn delete(&mut self, dice: &mut Dice) {
        let held: Vec<(u64, String)> = self
            .known
            .iter()
            .filter_map(|(body, known)| Some((*body, known.receipt.clone()?)))
            .collect();
        if let Some((body, receipt)) = dice.pick(&held) {
            self.call("DeleteMessage", json!({ "ReceiptHandle": receipt }));
            self.known.remove(body);
        }
    }

    fn change_visibility(&mut self, dice: &mut Dice) {
        let flying: Vec<(u64, String)> = self
            .known
            .iter()
            .filter(|(_, known)| known.visible_at > self.now)
            .filter_map(|(body, known)| Some((*body, known.receipt.clone()?)))
            .collect();
        let timeout = dice.below(10);
        if let Some((body, receipt)) = dice.pick(&flying) {
            let request = json!({ "ReceiptHandle": receipt, "VisibilityTimeout": timeout });
            self.call("ChangeMessageVisibility", request);
            let until = self.now + timeout * 1000;
            self.known.get_mut(body).expect("it is known").visible_at = until;
        }
    }

    fn counts(&mut self) {
        let answer = self.call("GetQueueAttributes", json!({ "AttributeNames": ["All"] }));
        let count = |what: &str| -> usize {
            let name = format!("ApproximateNumberOfMessages{what}");
            let text = answer["Attributes"][name].as_str();
            text.and_then(|text| text.parse().ok())
                .expect("it is a number")
        };
        let later = |flying: bool| {
            let known = self
                .known
                .values()
                .filter(|known| known.visible_at > self.now);
            known
                .filter(|known| known.receipt.is_some() == flying)
                .count()
        };
        let visible = self.known.len() - later(true) - later(false);
        assert_eq!(
            (count(""), count("NotVisible"), count("Delayed")),
            (visible, later(true), later(false))
        );
    }
}

fn gone_after(dead: Option<&ifc_local::queue::Queue>, body: u64) -> bool {
    let mut messages = dead.into_iter().flat_map(|queue| queue.messages());
    messages.any(|message| message.body == body.to_string())
}

fn bodies(queues: &Queues, name: &str) -> Vec<u64> {
    let queue = queues.find(name).expect("it is there");
    queue
        .messages()
        .filter_map(|message| message.body.parse().ok())
        .collect()
}

fn run(seed: u64, fifo: bool) {
    let mut dice = Dice::new(seed);
    let mut world = World::new(seed, fifo);
    for step in 0..400 {
        match dice.below(10) {
            0..3 => world.send(&mut dice),
            3..6 => world.receive(&mut dice),
            6..8 => world.delete(&mut dice),
            8 => world.change_visibility(&mut dice),
            _ => world.now += dice.below(20_000),
        }
        world.counts();
        if step % 100 == 0 {
            world.queues = again(&world.queues);
        }
    }
    // Nothing is lost: what is not deleted is here or among the dead.
    let here: Vec<u64> = world.known.keys().copied().collect();
    assert_eq!(bodies(&world.queues, &world.name("jobs")), here);
}

#[test]
fn standard_queues() {
    for seed in 0..6 {
        run(seed, false);
    }
}

#[test]
fn fifo_queues() {
    for seed in 0..6 {
        run(seed, true);
    }
}
