//! The time zones in which the owner of a phone number may be.
//!
//! The area code decides, not the digits after it: mobile numbers move with their owners, and a map of exchanges would only
//! look more exact. A number may be in any zone of its area code.

use chrono_tz::Tz;

use super::{AreaCode, Country, PhoneNumber};

/// Zones of area codes that do not keep the time of their state or province alone: the zone of most people first (state and
/// provincial law; compared with the time zone data of libphonenumber, v9). Towns that keep the neighbours' time without a
/// law are not here.
const SPLIT_AREA_CODES: &str = "\
928 America/Phoenix America/Denver|850 448 America/Chicago America/New_York|208 986 America/Boise America/Los_Angeles|\
219 America/Chicago America/New_York|574 812 930 America/New_York America/Chicago|\
620 785 America/Chicago America/Denver|270 364 America/Chicago America/New_York|606 America/New_York America/Chicago|\
906 America/Detroit America/Menominee|701 308 605 America/Chicago America/Denver|\
775 America/Los_Angeles America/Denver|541 458 America/Los_Angeles America/Boise|423 729 America/New_York America/Chicago|\
865 America/New_York|915 America/Denver|432 America/Chicago America/Denver|907 America/Anchorage America/Adak|\
250 236 257 672 778 America/Vancouver America/Edmonton America/Dawson_Creek|709 879 America/St_Johns America/Goose_Bay|\
807 America/Toronto America/Winnipeg America/Atikokan|418 367 581 America/Toronto America/Halifax America/Blanc-Sablon|\
306 474 639 America/Regina America/Edmonton|\
867 America/Edmonton America/Whitehorse America/Winnipeg America/Toronto America/Resolute";

/// What a state or province keeps elsewhere.
const REGIONS: &str = "\
CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV America/New_York|\
AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI America/Chicago|CO ID MT NM UT WY America/Denver|AZ America/Phoenix|\
CA NV OR WA America/Los_Angeles|AK America/Anchorage|HI Pacific/Honolulu|\
AB NT America/Edmonton|BC America/Vancouver|MB America/Winnipeg|NB America/Moncton|NL America/St_Johns|\
NS America/Halifax|ON QC America/Toronto|SK America/Regina";

/// For a number of the United States whose area code is not known, and for a toll-free one, which lies nowhere: from coast
/// to coast.
const UNITED_STATES: &str = "America/New_York America/Chicago America/Denver America/Los_Angeles";
/// The same for Canada.
const CANADA: &str =
    "America/Toronto America/St_Johns America/Halifax America/Winnipeg America/Edmonton America/Vancouver";

/// All other countries, one zone for each time that is kept there (IANA time zone database 2025b, zone.tab).
const COUNTRIES: &str = "\
AD Europe/Andorra|AE Asia/Dubai|AF Asia/Kabul|AG America/Antigua|AI America/Anguilla|AL Europe/Tirane|AM \
Asia/Yerevan|AO Africa/Luanda|AR America/Argentina/Buenos_Aires|AS Pacific/Pago_Pago|AT Europe/Vienna|AU \
Australia/Sydney Australia/Adelaide Australia/Brisbane Australia/Darwin Australia/Perth|AW America/Aruba|AX Europe/Mariehamn|AZ Asia/Baku|BA Europe/Sarajevo|BB America/Barbados|BD \
Asia/Dhaka|BE Europe/Brussels|BF Africa/Ouagadougou|BG Europe/Sofia|BH Asia/Bahrain|BI Africa/Bujumbura|BJ \
Africa/Porto-Novo|BL America/St_Barthelemy|BM Atlantic/Bermuda|BN Asia/Brunei|BO America/La_Paz|BQ \
America/Kralendijk|BR America/Noronha America/Belem America/Campo_Grande America/Eirunepe|BS America/Nassau|BT \
Asia/Thimphu|BW Africa/Gaborone|BY Europe/Minsk|BZ America/Belize|CC Indian/Cocos|CD Africa/Kinshasa \
Africa/Lubumbashi|CF Africa/Bangui|CG Africa/Brazzaville|CH Europe/Zurich|CI Africa/Abidjan|CK Pacific/Rarotonga|CL \
America/Santiago America/Coyhaique Pacific/Easter|CM Africa/Douala|CN Asia/Shanghai Asia/Urumqi|CO America/Bogota|CR \
America/Costa_Rica|CU America/Havana|CV Atlantic/Cape_Verde|CW America/Curacao|CX Indian/Christmas|CY Asia/Nicosia|CZ \
Europe/Prague|DE Europe/Berlin|DJ Africa/Djibouti|DK Europe/Copenhagen|DM America/Dominica|DO America/Santo_Domingo|\
DZ Africa/Algiers|EC America/Guayaquil Pacific/Galapagos|EE Europe/Tallinn|EG Africa/Cairo|EH Africa/El_Aaiun|ER \
Africa/Asmara|ES Europe/Madrid Atlantic/Canary|ET Africa/Addis_Ababa|FI Europe/Helsinki|FJ Pacific/Fiji|FK \
Atlantic/Stanley|FM Pacific/Chuuk Pacific/Pohnpei|FO Atlantic/Faroe|FR Europe/Paris|GA Africa/Libreville|GB \
Europe/London|GD America/Grenada|GE Asia/Tbilisi|GF America/Cayenne|GG Europe/Guernsey|GH Africa/Accra|GI \
Europe/Gibraltar|GL America/Nuuk America/Danmarkshavn America/Thule|GM Africa/Banjul|GN Africa/Conakry|GP \
America/Guadeloupe|GQ Africa/Malabo|GR Europe/Athens|GT America/Guatemala|GU Pacific/Guam|GW Africa/Bissau|GY \
America/Guyana|HK Asia/Hong_Kong|HN America/Tegucigalpa|HR Europe/Zagreb|HT America/Port-au-Prince|HU \
Europe/Budapest|ID Asia/Jakarta Asia/Makassar Asia/Jayapura|IE Europe/Dublin|IL Asia/Jerusalem|IM Europe/Isle_of_Man|\
IN Asia/Kolkata|IO Indian/Chagos|IQ Asia/Baghdad|IR Asia/Tehran|IS Atlantic/Reykjavik|IT Europe/Rome|JE \
Europe/Jersey|JM America/Jamaica|JO Asia/Amman|JP Asia/Tokyo|KE Africa/Nairobi|KG Asia/Bishkek|KH Asia/Phnom_Penh|KI \
Pacific/Tarawa Pacific/Kanton Pacific/Kiritimati|KM Indian/Comoro|KN America/St_Kitts|KP Asia/Pyongyang|KR \
Asia/Seoul|KW Asia/Kuwait|KY America/Cayman|KZ Asia/Almaty|LA Asia/Vientiane|LB Asia/Beirut|LC America/St_Lucia|LI \
Europe/Vaduz|LK Asia/Colombo|LR Africa/Monrovia|LS Africa/Maseru|LT Europe/Vilnius|LU Europe/Luxembourg|LV \
Europe/Riga|LY Africa/Tripoli|MA Africa/Casablanca|MC Europe/Monaco|MD Europe/Chisinau|ME Europe/Podgorica|MF \
America/Marigot|MG Indian/Antananarivo|MH Pacific/Majuro|MK Europe/Skopje|ML Africa/Bamako|MM Asia/Yangon|MN \
Asia/Ulaanbaatar Asia/Hovd|MO Asia/Macau|MP Pacific/Saipan|MQ America/Martinique|MR Africa/Nouakchott|MS \
America/Montserrat|MT Europe/Malta|MU Indian/Mauritius|MV Indian/Maldives|MW Africa/Blantyre|MX America/Mexico_City \
America/Cancun America/Matamoros America/Ciudad_Juarez America/Mazatlan America/Tijuana|MY Asia/Kuala_Lumpur|MZ \
Africa/Maputo|NA Africa/Windhoek|NC Pacific/Noumea|NE Africa/Niamey|NF Pacific/Norfolk|NG Africa/Lagos|NI \
America/Managua|NL Europe/Amsterdam|NO Europe/Oslo|NP Asia/Kathmandu|NR Pacific/Nauru|NU Pacific/Niue|NZ \
Pacific/Auckland Pacific/Chatham|OM Asia/Muscat|PA America/Panama|PE America/Lima|PF Pacific/Tahiti Pacific/Marquesas \
Pacific/Gambier|PG Pacific/Port_Moresby Pacific/Bougainville|PH Asia/Manila|PK Asia/Karachi|PL Europe/Warsaw|PM \
America/Miquelon|PN Pacific/Pitcairn|PR America/Puerto_Rico|PS Asia/Gaza|PT Europe/Lisbon Atlantic/Azores|PW \
Pacific/Palau|PY America/Asuncion|QA Asia/Qatar|RE Indian/Reunion|RO Europe/Bucharest|RS Europe/Belgrade|RU \
Europe/Kaliningrad Europe/Moscow Europe/Astrakhan Asia/Yekaterinburg Asia/Omsk Asia/Novosibirsk Asia/Irkutsk \
Asia/Chita Asia/Vladivostok Asia/Magadan Asia/Kamchatka|RW Africa/Kigali|SA Asia/Riyadh|SB Pacific/Guadalcanal|SC \
Indian/Mahe|SD Africa/Khartoum|SE Europe/Stockholm|SG Asia/Singapore|SH Atlantic/St_Helena|SI Europe/Ljubljana|SJ \
Arctic/Longyearbyen|SK Europe/Bratislava|SL Africa/Freetown|SM Europe/San_Marino|SN Africa/Dakar|SO Africa/Mogadishu|\
SR America/Paramaribo|SS Africa/Juba|ST Africa/Sao_Tome|SV America/El_Salvador|SX America/Lower_Princes|SY \
Asia/Damascus|SZ Africa/Mbabane|TC America/Grand_Turk|TD Africa/Ndjamena|TG Africa/Lome|TH Asia/Bangkok|TJ \
Asia/Dushanbe|TK Pacific/Fakaofo|TL Asia/Dili|TM Asia/Ashgabat|TN Africa/Tunis|TO Pacific/Tongatapu|TR \
Europe/Istanbul|TT America/Port_of_Spain|TV Pacific/Funafuti|TW Asia/Taipei|TZ Africa/Dar_es_Salaam|UA \
Europe/Simferopol Europe/Kyiv|UG Africa/Kampala|UY America/Montevideo|UZ Asia/Samarkand|VA Europe/Vatican|VC \
America/St_Vincent|VE America/Caracas|VG America/Tortola|VI America/St_Thomas|VN Asia/Ho_Chi_Minh|VU Pacific/Efate|WF \
Pacific/Wallis|WS Pacific/Apia|YE Asia/Aden|YT Indian/Mayotte|ZA Africa/Johannesburg|ZM Africa/Lusaka|ZW \
Africa/Harare";

/// The zones in which somebody with this number may be, at least one. What no table knows counts as being at Greenwich.
#[must_use]
pub fn time_zones(number: &PhoneNumber) -> Vec<Tz> {
    let country = number.country();
    let zones = match country.as_deref() {
        Some("US") => of_area_code(number).unwrap_or(UNITED_STATES),
        Some("CA") => of_area_code(number).unwrap_or(CANADA),
        Some(country) => entry(COUNTRIES, country).unwrap_or_default(),
        None => "",
    };
    let zones: Vec<Tz> = zones.split(' ').filter_map(|name| name.parse().ok()).collect();
    if zones.is_empty() { vec![Tz::UTC] } else { zones }
}

/// Both tables' lines begin with names without a slash.
fn of_area_code(number: &PhoneNumber) -> Option<&'static str> {
    let code: AreaCode = number.as_str().get(2..5)?.parse().ok()?;
    if let Some(zones) = entry(SPLIT_AREA_CODES, code.as_str()) {
        return Some(zones);
    }
    let (_, region): (Country, &str) = code.region()?;
    entry(REGIONS, region)
}

/// The zones of the line that begins with this name, among others.
fn entry(table: &'static str, name: &str) -> Option<&'static str> {
    table.split('|').find_map(|line| {
        let zones = line.find('/')?;
        let zones = line[..zones].rfind(' ')? + 1;
        line[..zones].split(' ').any(|other| other == name).then_some(&line[zones..])
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn zones(number: &str) -> Vec<&'static str> {
        time_zones(&PhoneNumber::parse(number).unwrap()).into_iter().map(Tz::name).collect()
    }

    #[test]
    fn an_area_code_has_the_time_of_its_state_or_province() {
        for (number, zone) in [
            ("+14055550123", "America/Chicago"),
            ("+12125550123", "America/New_York"),
            ("+16025550123", "America/Phoenix"),
            ("+18085550123", "Pacific/Honolulu"),
            ("+14165550123", "America/Toronto"),
            ("+19025550123", "America/Halifax"),
            ("+18655550123", "America/New_York"),
            ("+19155550123", "America/Denver"),
        ] {
            assert_eq!(zones(number), [zone], "{number}");
        }
    }

    #[test]
    fn a_split_area_code_has_all_its_times() {
        assert_eq!(zones("+18505550123"), ["America/Chicago", "America/New_York"]);
        assert_eq!(zones("+12085550123"), ["America/Boise", "America/Los_Angeles"]);
        assert_eq!(zones("+19285550123"), ["America/Phoenix", "America/Denver"]);
        assert_eq!(zones("+17095550123"), ["America/St_Johns", "America/Goose_Bay"]);
        assert!(zones("+18675550123").len() > 3, "three territories");
    }

    #[test]
    fn what_lies_nowhere_may_be_on_both_coasts() {
        let all: Vec<&str> = UNITED_STATES.split(' ').collect();
        for number in ["+18335550123", "+18005550199", "+15557654321"] {
            assert_eq!(zones(number), all, "{number}");
        }
    }

    #[test]
    fn other_countries_have_theirs() {
        assert_eq!(zones("+447400123456"), ["Europe/London"]);
        assert_eq!(zones("+18762010100"), ["America/Jamaica"]);
        assert!(zones("+61412345678").len() > 2);
    }

    #[test]
    fn each_zone_of_the_tables_exists_and_each_name_stands_there_once() {
        for table in [SPLIT_AREA_CODES, REGIONS, COUNTRIES] {
            let mut seen = BTreeSet::new();
            for line in table.split('|') {
                let (names, zones): (Vec<&str>, Vec<&str>) = line.split(' ').partition(|word| !word.contains('/'));
                assert!(!names.is_empty() && !zones.is_empty(), "{line}");
                assert!(names.into_iter().all(|name| seen.insert(name)), "{line}");
                for zone in zones {
                    assert!(zone.parse::<Tz>().is_ok(), "{zone}");
                }
            }
        }
        assert!([UNITED_STATES, CANADA].iter().all(|zones| zones.split(' ').all(|zone| zone.parse::<Tz>().is_ok())));
    }

    #[test]
    fn each_area_code_of_a_known_region_has_a_zone() {
        for code in 200..1000 {
            let Ok(code) = code.to_string().parse::<AreaCode>() else { continue };
            let Some((_, region)) = code.region() else { continue };
            assert!(entry(REGIONS, region).is_some(), "{region}");
        }
    }
}
