//! The messages of a queue, and who comes next: every step takes time that hardly grows with their
//! number.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::message::Message;

/// The messages of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    fifo: bool,
    messages: BTreeMap<u64, Message>,
    /// Messages that are visible, in the order in which they became so.
    ready: BTreeSet<(u64, u64)>,
    /// Messages that become visible later: delayed, or in flight.
    later: BTreeSet<(u64, u64)>,
    /// Messages by the time at which they were sent.
    sent: BTreeSet<(u64, u64)>,
    /// How many are in flight.
    flying: u64,
    /// FIFO queues only.
    groups: BTreeMap<String, Group>,
    /// Groups of which messages can be received, by their first message; FIFO queues only.
    open: BTreeSet<(u64, String)>,
    receipts: BTreeMap<String, u64>,
    next: u64,
}

/// A message group of a FIFO queue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Group {
    /// Its messages that nobody has.
    waiting: BTreeSet<u64>,
    /// How many are in flight. While there is one, nobody gets another.
    flying: u64,
    /// The message with which it stands among the open groups.
    open: Option<u64>,
}

/// How many messages a queue has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that can be received.
    pub visible: u64,
    /// Those that someone has received.
    pub in_flight: u64,
    /// Those that can be received later.
    pub delayed: u64,
}

impl Line {
    pub(super) fn new(fifo: bool) -> Line {
        Line {
            fifo,
            messages: BTreeMap::new(),
            ready: BTreeSet::new(),
            later: BTreeSet::new(),
            sent: BTreeSet::new(),
            flying: 0,
            groups: BTreeMap::new(),
            open: BTreeSet::new(),
            receipts: BTreeMap::new(),
            next: 1,
        }
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.values()
    }

    pub(super) fn get(&self, sequence: u64) -> Option<&Message> {
        self.messages.get(&sequence)
    }

    pub(super) fn by_receipt(&self, receipt: &str) -> Option<u64> {
        self.receipts.get(receipt).copied()
    }

    /// Adds a message at the end and gives its sequence number.
    pub(super) fn put(&mut self, mut message: Message, now: u64) -> u64 {
        let sequence = self.next;
        self.next += 1;
        message.sequence = sequence;
        self.sent.insert((message.sent, sequence));
        let group = self.group_of(&message);
        if let Some(name) = &group {
            let group = self.groups.entry(name.clone()).or_default();
            group.waiting.insert(sequence);
        }
        match message.visible_at <= now {
            true => self.ready.insert((message.visible_at, sequence)),
            false => self.later.insert((message.visible_at, sequence)),
        };
        self.messages.insert(sequence, message);
        self.open_or_close(group.as_deref());
        sequence
    }

    fn group_of(&self, message: &Message) -> Option<String> {
        message.group.clone().filter(|_| self.fifo)
    }

    /// Messages whose time has come are visible.
    pub(super) fn settle(&mut self, now: u64) {
        while let Some((at, sequence)) = self.later.first().copied()
            && at <= now
        {
            self.later.pop_first();
            self.release(sequence);
        }
    }

    /// Makes a message visible that was delayed or in flight, and stands nowhere now.
    fn release(&mut self, sequence: u64) {
        let Some(message) = self.messages.get(&sequence) else {
            return;
        };
        self.ready.insert((message.visible_at, sequence));
        let was_flying = message.receipt.is_some();
        let group = self.group_of(message);
        if was_flying {
            self.flying -= 1;
        }
        if let Some(group) = group.as_ref().and_then(|name| self.groups.get_mut(name)) {
            if was_flying {
                group.flying -= 1;
            }
            group.waiting.insert(sequence);
        }
        self.open_or_close(group.as_deref());
    }

    /// Notes whether a group's messages can be received.
    fn open_or_close(&mut self, name: Option<&str>) {
        let Some((name, group)) = name.and_then(|name| Some((name, self.groups.get_mut(name)?)))
        else {
            return;
        };
        let head = group.waiting.first().copied().filter(|head| {
            let message = self.messages.get(head);
            let is_visible =
                message.is_some_and(|message| self.ready.contains(&(message.visible_at, *head)));
            group.flying == 0 && is_visible
        });
        if group.open != head {
            if let Some(before) = std::mem::replace(&mut group.open, head) {
                self.open.remove(&(before, name.to_owned()));
            }
            if let Some(head) = head {
                self.open.insert((head, name.to_owned()));
            }
        }
        if group.waiting.is_empty() && group.flying == 0 {
            self.groups.remove(name);
        }
    }

    /// The message that is received next, after one that the same request received. In a FIFO queue
    /// that is the next of its group, as long as there is one.
    pub(super) fn next(&self, after: Option<u64>) -> Option<u64> {
        if !self.fifo {
            return self.ready.first().map(|(_, sequence)| *sequence);
        }
        let last = after.and_then(|last| self.messages.get(&last));
        let group = last.and_then(|message| self.groups.get(message.group.as_ref()?));
        let same = group.and_then(|group| group.waiting.first());
        let same = same.filter(|sequence| {
            let message = self.messages.get(sequence);
            message.is_some_and(|message| self.ready.contains(&(message.visible_at, **sequence)))
        });
        match same {
            Some(sequence) => Some(*sequence),
            None => self.open.first().map(|(sequence, _)| *sequence),
        }
    }

    /// Takes a visible message; [`Line::fly`] says until when.
    pub(super) fn take(&mut self, sequence: u64, receipt: String, now: u64) {
        let Some(message) = self.messages.get_mut(&sequence) else {
            return;
        };
        self.ready.remove(&(message.visible_at, sequence));
        message.receives += 1;
        message.first_received.get_or_insert(now);
        if let Some(before) = message.receipt.replace(receipt.clone()) {
            self.receipts.remove(&before);
        }
        let group = message.group.clone().filter(|_| self.fifo);
        self.receipts.insert(receipt, sequence);
        self.flying += 1;
        if let Some(group) = group.as_ref().and_then(|name| self.groups.get_mut(name)) {
            group.waiting.remove(&sequence);
            group.flying += 1;
        }
        self.open_or_close(group.as_deref());
    }

    /// Keeps a message that was taken out of sight until then.
    pub(super) fn fly(&mut self, sequence: u64, until: u64, now: u64) {
        let Some(message) = self.messages.get_mut(&sequence) else {
            return;
        };
        self.later.remove(&(message.visible_at, sequence));
        message.visible_at = until;
        match until <= now {
            true => self.release(sequence),
            false => {
                self.later.insert((until, sequence));
            }
        }
    }

    pub(super) fn remove(&mut self, sequence: u64) -> Option<Message> {
        let message = self.messages.remove(&sequence)?;
        self.sent.remove(&(message.sent, sequence));
        if let Some(receipt) = &message.receipt {
            self.receipts.remove(receipt);
        }
        let place = (message.visible_at, sequence);
        let was_flying = !self.ready.remove(&place) && message.receipt.is_some();
        self.later.remove(&place);
        if was_flying {
            self.flying -= 1;
        }
        let group = self.group_of(&message);
        if let Some(group) = group.as_ref().and_then(|name| self.groups.get_mut(name)) {
            match was_flying {
                true => group.flying -= 1,
                false => {
                    group.waiting.remove(&sequence);
                }
            }
        }
        self.open_or_close(group.as_deref());
        Some(message)
    }

    pub(super) fn take_all(&mut self) -> Vec<Message> {
        let next = self.next;
        let before = std::mem::replace(self, Line::new(self.fifo));
        self.next = next;
        before.messages.into_values().collect()
    }

    /// Forgets the messages that were sent at that time or before.
    pub(super) fn forget(&mut self, until: u64) {
        while let Some((sent, sequence)) = self.sent.first().copied()
            && sent <= until
        {
            self.remove(sequence);
        }
    }

    /// When the oldest message was sent.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.sent.first().map(|(sent, _)| *sent)
    }

    /// When a message becomes visible next that is not visible yet.
    pub(super) fn next_visible_after(&self, now: u64) -> Option<u64> {
        let later = self.later.range((now, u64::MAX)..).next();
        later.map(|(at, _)| *at)
    }

    /// What became visible since [`Line::settle`].
    fn unsettled(&self, now: u64) -> impl Iterator<Item = &Message> {
        let due = self.later.range(..=(now, u64::MAX));
        due.filter_map(|(_, sequence)| self.messages.get(sequence))
    }

    pub(super) fn counts(&self, now: u64) -> Counts {
        let (mut flown, mut delayed) = (0, 0);
        for message in self.unsettled(now) {
            match message.receipt.is_some() {
                true => flown += 1,
                false => delayed += 1,
            }
        }
        Counts {
            visible: self.ready.len() as u64 + flown + delayed,
            in_flight: self.flying - flown,
            delayed: self.later.len() as u64 - self.flying - delayed,
        }
    }

    /// How many messages can be received, counted up to `most`.
    pub(super) fn receivable(&self, now: u64, most: u64) -> u64 {
        if !self.fifo {
            return self.counts(now).visible.min(most);
        }
        // Messages of groups that became visible: how many, and how many were in flight.
        let mut fresh: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for message in self.unsettled(now) {
            let group = fresh.entry(message.group.as_deref().unwrap_or_default());
            let (all, flown) = group.or_default();
            *all += 1;
            *flown += u64::from(message.receipt.is_some());
        }
        let mut count = 0;
        let names = self.open.iter().map(|(_, name)| name.as_str());
        let opened = fresh.keys().copied().filter(|name| {
            let group = self.groups.get(*name);
            group.is_some_and(|group| group.open.is_none())
        });
        for name in names.chain(opened) {
            let Some(group) = self.groups.get(name) else {
                continue;
            };
            let (all, flown) = fresh.get(name).copied().unwrap_or_default();
            if group.flying > flown {
                continue;
            }
            let visible = group.waiting.iter().filter(|sequence| {
                let message = self.messages.get(sequence);
                message.is_some_and(|m| self.ready.contains(&(m.visible_at, **sequence)))
            });
            let left = most.saturating_sub(count) as usize;
            count += visible.take(left).count() as u64 + all;
            if count >= most {
                return most;
            }
        }
        count
    }
}
