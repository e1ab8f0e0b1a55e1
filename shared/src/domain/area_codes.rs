//! Area codes of the North American Numbering Plan: which are well formed, and in which state or province they lie.

use std::{fmt, str::FromStr};

/// Prefixes of toll-free numbers, which lie nowhere.
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

/// Two letters of a state, then its area codes. New ones open every year: an area code that is missing here only skips
/// the step of the search that needs its region.
const UNITED_STATES: &str = "\
AK 907|AL 205 251 256 334 659 938|AR 327 479 501 870|AZ 480 520 602 623 928|\
CA 209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 \
818 820 831 837 840 858 909 916 925 949 951|\
CO 303 719 720 748 970 983|CT 203 475 860 959|DC 202 771|DE 302|\
FL 239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954|\
GA 229 404 470 478 678 706 762 770 912 943|HI 808|IA 319 515 563 641 712|ID 208 986|\
IL 217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872|IN 219 260 317 463 574 765 812 930|\
KS 316 620 785 913|KY 270 364 502 606 859|LA 225 318 337 457 504 985|MA 339 351 413 508 617 774 781 857 978|\
MD 227 240 301 410 443 667|ME 207|MI 231 248 269 313 517 586 616 679 734 810 906 947 989|\
MN 218 320 507 612 651 763 924 952|MO 235 314 417 557 573 636 660 816 975|MS 228 471 601 662 769|MT 406|\
NC 252 336 472 704 743 828 910 919 980 984|ND 701|NE 308 402 531|NH 603|NJ 201 551 609 640 732 848 856 862 908 973|\
NM 505 575|NV 702 725 775|\
NY 212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934|\
OH 216 220 234 283 326 330 380 419 436 440 513 567 614 740 937|OK 405 539 572 580 918|OR 458 503 541 971|\
PA 215 223 267 272 412 445 484 570 582 610 717 724 814 835 878|RI 401|SC 803 821 839 843 854 864|SD 605|\
TN 423 615 629 729 731 865 901 931|\
TX 210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 915 936 940 945 956 972 979|\
UT 385 435 801|VA 276 434 540 571 686 703 757 804 826 948|VT 802|WA 206 253 360 425 509 564|\
WI 262 274 353 414 534 608 715 920|WV 304 681|WY 307";

/// The same for Canada; 867 is shared by the three territories and stands where most of its numbers are.
const CANADA: &str = "\
AB 368 403 587 780 825|BC 236 250 257 604 672 778|MB 204 431 584|NB 428 506|NL 709 879|NS 782 902|\
ON 226 249 289 343 365 382 387 416 437 519 548 613 647 683 705 742 753 807 905 942|NT 867|\
QC 263 273 354 367 418 438 450 468 514 579 581 819 873|SK 306 474 639";

/// Three digits as they may open a North American number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaCode(String);

/// Three characters that are no area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be three digits of which the first is 2 to 9, and must not end in 11")]
pub struct AreaCodeError;

/// A country in which numbers are sold by area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Country {
    /// The United States.
    #[default]
    UnitedStates,
    /// Canada.
    Canada,
}

impl Country {
    /// ISO 3166 alpha-2.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnitedStates => "US",
            Self::Canada => "CA",
        }
    }

    /// The country of a state or province, given by its two letters. What is not a province counts as a state.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        if table(CANADA).any(|(name, _)| name == region) { Self::Canada } else { Self::UnitedStates }
    }
}

impl AreaCode {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether numbers of this prefix are toll-free.
    #[must_use]
    pub fn is_toll_free(&self) -> bool {
        TOLL_FREE.contains(&self.as_str())
    }

    /// Country, and state or province in two letters; `None` when the area code is newer than the table.
    #[must_use]
    pub fn region(&self) -> Option<(Country, &'static str)> {
        [(Country::UnitedStates, UNITED_STATES), (Country::Canada, CANADA)].into_iter().find_map(|(country, text)| {
            let (name, _) = table(text).find(|(_, codes)| codes.split(' ').any(|code| code == self.0))?;
            Some((country, name))
        })
    }
}

fn table(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.split('|').filter_map(|line| line.split_once(' '))
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.starts_with(['0', '1']) || text.ends_with("11") {
            return Err(AreaCodeError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_area_code_lies_in_its_region() {
        let region = |code: &str| code.parse::<AreaCode>().unwrap().region();
        assert_eq!(region("405"), Some((Country::UnitedStates, "OK")));
        assert_eq!(region("907"), Some((Country::UnitedStates, "AK")));
        assert_eq!(region("307"), Some((Country::UnitedStates, "WY")));
        assert_eq!(region("416"), Some((Country::Canada, "ON")));
        assert_eq!(region("999"), None);
        assert_eq!(Country::of_region("QC"), Country::Canada);
        assert_eq!(Country::of_region("CA"), Country::UnitedStates, "California");
    }

    #[test]
    fn what_can_not_open_a_number_is_refused() {
        for text in ["", "40", "4055", "abc", "055", "155", "911", "411", "４05", "4 5"] {
            assert_eq!(text.parse::<AreaCode>(), Err(AreaCodeError), "{text}");
        }
        assert!("833".parse::<AreaCode>().unwrap().is_toll_free());
    }

    #[test]
    fn each_entry_of_the_table_is_an_area_code_and_stands_there_once() {
        let mut seen = BTreeSet::new();
        for (region, codes) in table(UNITED_STATES).chain(table(CANADA)) {
            assert!(region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase()), "{region}");
            for code in codes.split(' ') {
                assert!(code.parse::<AreaCode>().is_ok_and(|code| !code.is_toll_free()), "{code}");
                assert!(seen.insert(code), "{code} twice");
            }
        }
        assert!(seen.len() > 380, "{}", seen.len());
    }
}
