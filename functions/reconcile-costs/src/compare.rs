//! The comparison itself: the carrier's entries of a day against our rows. No I/O.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::{
    db::reconciliations::{DaySums, Finding, Ours},
    domain::{PhoneNumberId, WorkspaceId},
};

/// Ids that a finding names at most.
const MOST_EXAMPLES: usize = 10;

/// A message, or a call with all its legs, as the carrier charged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charged {
    pub sid: String,
    /// Our side of it, as far as the carrier says.
    pub our_number: String,
    pub micros: i64,
    /// It belongs to the day; others were read because clocks differ and are only known to exist.
    pub is_of_day: bool,
}

/// What is known on our side.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// By the carrier's id.
    pub by_sid: HashMap<String, Ours>,
    /// Ours of the day.
    pub of_day: Vec<Ours>,
    /// Came to us, and has no owner.
    pub unroutable: HashSet<String>,
}

/// The day's sums and what differs.
pub(crate) fn compare(charged: &[Charged], known: &Known) -> (DaySums, Vec<Finding>) {
    let mut sums = DaySums::default();
    let mut findings = Findings::default();
    for entry in charged.iter().filter(|entry| entry.is_of_day) {
        sums.carrier_micros += entry.micros;
        sums.carrier_events += 1;
        match known.by_sid.get(&entry.sid) {
            Some(ours) => {
                sums.our_micros += ours.estimated_micros;
                sums.our_events += 1;
                if ours.estimated_micros != entry.micros {
                    findings.add("price_differs", Some(ours), entry.into(), (ours.estimated_micros, entry.micros));
                }
            }
            // The platform's, and nothing to look for.
            None if known.unroutable.contains(&entry.sid) => {}
            None => findings.add("missing_here", None, entry.into(), (0, entry.micros)),
        }
    }

    let at_carrier: HashSet<&str> = charged.iter().map(|entry| entry.sid.as_str()).collect();
    for ours in known.of_day.iter().filter(|ours| !at_carrier.contains(ours.carrier_sid.as_str())) {
        sums.our_micros += ours.estimated_micros;
        sums.our_events += 1;
        findings.add("missing_there", Some(ours), ours.into(), (ours.estimated_micros, 0));
    }
    (sums, findings.0.into_values().collect())
}

/// What a finding is about.
#[derive(Clone, Copy)]
struct Subject<'a> {
    sid: &'a str,
    our_number: &'a str,
}

impl<'a> From<&'a Charged> for Subject<'a> {
    fn from(entry: &'a Charged) -> Self {
        Self { sid: &entry.sid, our_number: &entry.our_number }
    }
}

impl<'a> From<&'a Ours> for Subject<'a> {
    fn from(ours: &'a Ours) -> Self {
        Self { sid: &ours.carrier_sid, our_number: &ours.our_number }
    }
}

#[derive(Default)]
struct Findings(BTreeMap<(String, &'static str), Finding>);

impl Findings {
    fn add(&mut self, cause: &'static str, ours: Option<&Ours>, subject: Subject<'_>, (our, carrier): (i64, i64)) {
        let our_number = ours.map_or(subject.our_number, |ours| &ours.our_number);
        let owner: (Option<WorkspaceId>, Option<PhoneNumberId>) =
            (ours.map(|ours| ours.workspace_id), ours.and_then(|ours| ours.phone_number_id));
        let finding = self.0.entry((our_number.to_owned(), cause)).or_insert_with(|| Finding {
            our_number: our_number.to_owned(),
            cause,
            workspace_id: owner.0,
            phone_number_id: owner.1,
            events: 0,
            our_micros: 0,
            carrier_micros: 0,
            examples: Vec::new(),
        });
        finding.events += 1;
        finding.our_micros += our;
        finding.carrier_micros += carrier;
        if finding.examples.len() < MOST_EXAMPLES {
            finding.examples.push(subject.sid.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "+14055550100";

    fn charged(sid: &str, micros: i64) -> Charged {
        Charged { sid: sid.to_owned(), our_number: NUMBER.to_owned(), micros, is_of_day: true }
    }

    fn ours(sid: &str, estimated_micros: i64) -> Ours {
        Ours {
            carrier_sid: sid.to_owned(),
            workspace_id: "00000000-0000-4000-8000-00000000000a".parse().unwrap(),
            phone_number_id: None,
            our_number: NUMBER.to_owned(),
            estimated_micros,
        }
    }

    fn known(rows: &[Ours]) -> Known {
        let by_sid = rows.iter().map(|ours| (ours.carrier_sid.clone(), ours.clone())).collect();
        Known { by_sid, of_day: rows.to_vec(), unroutable: HashSet::new() }
    }

    #[test]
    fn what_agrees_is_no_finding() {
        let (sums, findings) = compare(&[charged("a", 7_900)], &known(&[ours("a", 7_900)]));
        assert_eq!((sums.our_micros, sums.carrier_micros, findings.len()), (7_900, 7_900, 0));
    }

    #[test]
    fn each_cause_is_told_apart_and_added_up() {
        let entries = [charged("dearer", 8_300), charged("stray", 7_900), charged("other", 100), charged("nobody", 50)];
        let mut known = known(&[ours("dearer", 7_900), ours("lost", 15_800)]);
        known.unroutable.insert("nobody".to_owned());
        let (sums, findings) = compare(&entries, &known);
        assert_eq!((sums.our_micros, sums.carrier_micros), (23_700, 16_350));
        let found: Vec<(&str, i64, i64, i64)> =
            findings.iter().map(|f| (f.cause, f.events, f.our_micros, f.carrier_micros)).collect();
        assert_eq!(
            found,
            [("missing_here", 2, 0, 8_000), ("missing_there", 1, 15_800, 0), ("price_differs", 1, 7_900, 8_300)]
        );
    }

    #[test]
    fn what_the_carrier_counts_to_the_next_day_is_not_missing() {
        let next = Charged { is_of_day: false, ..charged("late", 7_900) };
        let (sums, findings) = compare(&[next], &known(&[ours("late", 7_900)]));
        assert_eq!((sums, findings), (DaySums::default(), Vec::new()));
    }
}
