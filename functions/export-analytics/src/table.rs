//! Rows of CSV (RFC 4180), and what makes them safe to open in a spreadsheet.

use shared::{
    db::{charges::Charge, usage::DayUsage},
    domain::harmless_cell,
};

/// Columns of the report `days`.
const DAY_COLUMNS: [&str; 18] = [
    "date",
    "department",
    "service",
    "inbound",
    "outbound",
    "open",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "canceled",
    "answered",
    "missed",
    "voicemail",
    "units",
    "costUsd",
    "estimatedCostUsd",
    "revenueUsd",
];
/// Columns of the report `charges`.
const CHARGE_COLUMNS: [&str; 13] = [
    "id",
    "time",
    "service",
    "direction",
    "phoneNumber",
    "friendlyName",
    "department",
    "outcome",
    "errorCode",
    "units",
    "state",
    "costUsd",
    "revenueUsd",
];

/// Whether a page begins the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    First,
    None,
}

/// Whether the reader may see what is earned. The column stays, so that the files of both have the same form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revenue {
    Shown,
    Hidden,
}

impl Revenue {
    fn cell(self, micros: i64) -> String {
        match self {
            Self::Shown => dollars(micros),
            Self::Hidden => String::new(),
        }
    }
}

pub(crate) fn days(usage: &[DayUsage], header: Header, revenue: Revenue) -> Result<Vec<u8>, csv::Error> {
    let mut writer = begin(&DAY_COLUMNS, header)?;
    for day in usage {
        let t = &day.totals;
        let counts = [
            t.inbound,
            t.outbound,
            t.open,
            t.sent,
            t.delivered,
            t.undelivered,
            t.failed,
            t.canceled,
            t.answered,
            t.missed,
            t.voicemail,
            t.units,
        ];
        let department = day.number_type.map_or("", |number_type| number_type.as_str());
        let mut row = vec![day.date.to_string(), department.to_owned(), day.service.to_string()];
        row.extend(counts.iter().map(i64::to_string));
        row.extend([dollars(t.cost_micros), dollars(t.estimated_micros), revenue.cell(t.revenue_micros)]);
        writer.write_record(&row)?;
    }
    finish(writer)
}

pub(crate) fn charges(charges: &[Charge], header: Header, revenue: Revenue) -> Result<Vec<u8>, csv::Error> {
    let mut writer = begin(&CHARGE_COLUMNS, header)?;
    for charge in charges {
        writer.write_record([
            charge.id.to_string(),
            charge.occurred_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            charge.service.to_string(),
            charge.direction.map(|direction| direction.to_string()).unwrap_or_default(),
            charge.phone_number.clone().unwrap_or_default(),
            harmless_cell(charge.friendly_name.as_deref().unwrap_or_default()),
            charge.number_type.map(|number_type| number_type.to_string()).unwrap_or_default(),
            charge.outcome.clone().unwrap_or_default(),
            harmless_cell(charge.error_code.as_deref().unwrap_or_default()),
            charge.units.to_string(),
            if charge.is_final { "final" } else { "estimated" }.to_owned(),
            dollars(charge.cost_micros),
            revenue.cell(charge.revenue_micros),
        ])?;
    }
    finish(writer)
}

fn begin(columns: &[&str], header: Header) -> Result<csv::Writer<Vec<u8>>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    if header == Header::First {
        writer.write_record(columns)?;
    }
    Ok(writer)
}

fn finish(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// Micro-dollars as dollars, to the last digit.
fn dollars(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_of_the_money_is_lost() {
        let cases = [(0, "0.000000"), (7_900, "0.007900"), (-1, "-0.000001"), (49_000_000, "49.000000")];
        for (micros, text) in cases {
            assert_eq!(dollars(micros), text);
        }
    }
}
