const STATES =
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR ON BC AB QC';
const STATE_TAIL = new RegExp(`[\\s,]+(?:${STATES.replaceAll(' ', '|')})(?:\\s+\\d{5}(?:-\\d{4})?)?(?:\\s+US[A]?)?$`);
const COUNTRY_TAIL = /[\s,]+(?:USA|US|GBR|CAN|CANADA|IRL|DEU|NLD|FRA)$/;

/** Cities that are two or three words. The others are told by a word that cities begin or end with, or are one word. */
const LONG_CITIES = [
  'NEW YORK CITY',
  'SALT LAKE CITY',
  'SAN LUIS OBISPO',
  'SOUTH SAN FRANCISCO',
  'RANCHO CUCAMONGA',
  'MOUNTAIN VIEW',
  'ANN ARBOR',
  'BATON ROUGE',
  'PALO ALTO',
  'MENLO PARK',
  'DALY CITY',
  'CHAPEL HILL',
  'COLLEGE STATION',
  'COSTA MESA',
  'CORPUS CHRISTI',
  'JERSEY CITY',
  'DES MOINES',
  'BOCA RATON',
  'KING OF PRUSSIA',
  'CULVER CITY',
  'WALNUT CREEK',
  'ROUND ROCK',
  'CHERRY HILL',
  'SILVER SPRING',
  'OVERLAND PARK',
  'SUGAR LAND',
  'THOUSAND OAKS',
  'PASO ROBLES',
  'TERRE HAUTE',
  'WINSTON SALEM',
  'ST LOUIS PARK',
];
const CITY_BEGINS = new Set(
  'SAN SANTA NEW LOS LAS SAINT ST FORT FT EL PORT MOUNT MT LAKE NORTH SOUTH EAST WEST GRAND LITTLE LONG COLORADO KANSAS OKLAHOMA VIRGINIA CEDAR COUNCIL BEVERLY REDWOOD UNION FOSTER NEWPORT HUNTINGTON MANHATTAN REDONDO LA DEL PALM SIOUX GREEN HIGH GLEN N S E W'.split(
    ' ',
  ),
);
const CITY_ENDS = new Set(
  'CITY PARK SPRINGS BEACH FALLS HEIGHTS RAPIDS ROCK VISTA HILLS GROVE VALLEY ISLAND HARBOR FOREST OAKS POINT BLUFF'.split(
    ' ',
  ),
);
/** The commonest cities of card lines that come without a state. */
const BARE_CITIES =
  /\s+(?:NEW YORK|SAN FRANCISCO|LOS ANGELES|CHICAGO|SEATTLE|BOSTON|AUSTIN|PORTLAND|DENVER|BROOKLYN|OAKLAND|HOUSTON|DALLAS|ATLANTA|MIAMI|PHILADELPHIA|SAN DIEGO|SAN JOSE|PHOENIX)$/;

/** Takes city, state and country off the end of a descriptor in capitals; at least one word is left. */
export function withoutPlace(text: string): string {
  const withoutCountry = text.replace(COUNTRY_TAIL, '');
  const withoutState = withoutCountry.replace(STATE_TAIL, '');
  if (withoutState === withoutCountry) return withoutState.replace(BARE_CITIES, '') || text;
  const comma = withoutState.lastIndexOf(',');
  if (comma > 0) return withoutState.slice(0, comma);
  const words = withoutState.split(/\s+/);
  const taken = Math.min(cityLength(words), words.length - 1);
  const left = words.slice(0, words.length - taken).join(' ');
  // Some shops carry the city in their name, too.
  const city = ` ${words.slice(-taken).join(' ')}`;
  return left.endsWith(city) && !/ (?:OF|AT|IN)$/.test(left.slice(0, -city.length))
    ? left.slice(0, -city.length)
    : left;
}

function cityLength(words: readonly string[]): number {
  const tail = (count: number) => words.slice(-count).join(' ');
  for (const count of [3, 2]) if (LONG_CITIES.includes(tail(count))) return count;
  const [before = '', last = ''] = words.slice(-2);
  return CITY_BEGINS.has(before) || CITY_ENDS.has(last) ? 2 : 1;
}
