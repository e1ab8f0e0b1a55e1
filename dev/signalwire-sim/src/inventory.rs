//! The numbers that can be bought: made up per area code when first asked for, always the same ones.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::records::NumberType;

pub const TOLL_FREE_PREFIXES: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

/// Area codes of the United States and Canada: code, country, state or province, largest place.
const AREA_CODES: &str = include_str!("area-codes.csv");

/// Where an area code belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub code: &'static str,
    pub country: &'static str,
    pub region: &'static str,
    pub city: Option<&'static str>,
}

/// Every geographic area code.
pub fn areas() -> impl Iterator<Item = Area> {
    AREA_CODES.lines().filter_map(|line| {
        let mut fields = line.split(',');
        let (code, country, region) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Area { code, country, region, city: fields.next().filter(|city| !city.is_empty()) })
    })
}

pub fn area(code: &str) -> Option<Area> {
    areas().find(|area| area.code == code)
}

/// The area code of a North American number.
pub fn area_code(phone_number: &str) -> Option<&str> {
    phone_number.strip_prefix("+1").filter(|digits| digits.len() == 10)?.get(..3)
}

pub fn number_type(phone_number: &str) -> NumberType {
    match area_code(phone_number) {
        Some(code) if TOLL_FREE_PREFIXES.contains(&code) => NumberType::TollFree,
        _ => NumberType::Local,
    }
}

/// Numbers for sale, per area code. Only area codes where something was sold or changed are remembered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Inventory {
    stocks: BTreeMap<String, Stock>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Stock {
    for_sale: Vec<String>,
    /// How many numbers were made up so far, so that none is ever made up twice.
    made_up: u32,
}

impl Inventory {
    /// What an area code sells, where one that nobody touched has `default_count` numbers.
    pub fn for_sale(&self, code: &str, default_count: u32) -> Vec<String> {
        match self.stocks.get(code) {
            Some(stock) => stock.for_sale.clone(),
            None => untouched(code, default_count).for_sale,
        }
    }

    /// Takes a number out; false when it is not for sale. One caller at a time can, so no number is sold twice.
    pub fn take(&mut self, phone_number: &str, default_count: u32) -> bool {
        let Some(code) = area_code(phone_number) else { return false };
        let stock = self.stocks.entry(code.to_owned()).or_insert_with(|| untouched(code, default_count));
        let before = stock.for_sale.len();
        stock.for_sale.retain(|number| number != phone_number);
        stock.for_sale.len() < before
    }

    /// Sells exactly `count` numbers in an area code, also in one that does not exist.
    pub fn set_count(&mut self, code: &str, count: u32, default_count: u32) {
        let stock = self.stocks.entry(code.to_owned()).or_insert_with(|| untouched(code, default_count));
        stock.for_sale.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        stock.make_up(code, count);
    }

    /// Sells exactly these numbers in an area code.
    pub fn set_numbers(&mut self, code: &str, numbers: Vec<String>) {
        let made_up = self.stocks.get(code).map_or(0, |stock| stock.made_up);
        self.stocks.insert(code.to_owned(), Stock { for_sale: numbers, made_up });
    }
}

impl Stock {
    fn make_up(&mut self, code: &str, wanted: u32) {
        let mut known: HashSet<String> = self.for_sale.iter().cloned().collect();
        while self.for_sale.len() < usize::try_from(wanted).unwrap_or(usize::MAX) {
            let number = made_up_number(code, self.made_up);
            self.made_up += 1;
            if known.insert(number.clone()) {
                self.for_sale.push(number);
            }
        }
    }
}

fn untouched(code: &str, default_count: u32) -> Stock {
    let mut stock = Stock::default();
    if area(code).is_some() || TOLL_FREE_PREFIXES.contains(&code) {
        stock.make_up(code, default_count);
    }
    stock
}

/// The `index`-th number of an area code: exchange 200 to 999 without service codes (N11) and without 555, of which a
/// part is reserved for fiction (the magic numbers live there).
fn made_up_number(code: &str, index: u32) -> String {
    let digest = Sha1::digest(format!("{code}/{index}"));
    let draw = |at: usize| u32::from(u16::from_be_bytes([digest[at], digest[at + 1]]));
    let mut exchange = 200 + draw(0) % 800;
    if exchange % 100 == 11 || exchange == 555 {
        exchange += 1;
    }
    format!("+1{code}{exchange}{:04}", draw(2) % 10_000)
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::PHONE_NUMBER_UTIL;

    use super::{Inventory, TOLL_FREE_PREFIXES, area, areas};

    #[test]
    fn the_same_numbers_are_for_sale_every_time() {
        let first = Inventory::default().for_sale("212", 20);
        assert_eq!(first.len(), 20);
        assert_eq!(first, Inventory::default().for_sale("212", 20));
        assert!(first.iter().all(|number| number.starts_with("+1212") && number.len() == 12));
    }

    #[test]
    fn an_unassigned_area_code_sells_nothing_until_told_otherwise() {
        let mut inventory = Inventory::default();
        assert!(inventory.for_sale("999", 20).is_empty());
        inventory.set_count("999", 2, 20);
        assert_eq!(inventory.for_sale("999", 20).len(), 2);
        inventory.set_count("212", 0, 20);
        assert!(inventory.for_sale("212", 20).is_empty());
    }

    #[test]
    fn a_number_is_taken_once_and_never_made_up_again() {
        let mut inventory = Inventory::default();
        let number = inventory.for_sale("415", 20)[0].clone();
        assert!(inventory.take(&number, 20));
        assert!(!inventory.take(&number, 20));
        inventory.set_count("415", 40, 20);
        assert!(!inventory.for_sale("415", 20).contains(&number));
        assert_eq!(inventory.for_sale("415", 20).len(), 40);
    }

    #[test]
    fn every_number_for_sale_is_a_valid_one() {
        let inventory = Inventory::default();
        for code in areas().map(|area| area.code).chain(TOLL_FREE_PREFIXES) {
            for number in inventory.for_sale(code, 5) {
                let parsed = PHONE_NUMBER_UTIL.parse(&number, None).unwrap();
                assert!(PHONE_NUMBER_UTIL.is_valid_number(&parsed), "{number}");
            }
        }
    }

    #[test]
    fn area_codes_know_their_region() {
        assert_eq!(area("212").map(|area| (area.country, area.region)), Some(("US", "NY")));
        assert_eq!(area("416").map(|area| (area.country, area.region)), Some(("CA", "ON")));
        assert!(area("999").is_none());
        assert!(areas().count() > 400);
    }
}
