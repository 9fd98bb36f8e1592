type Words = readonly [string, ...string[]];

/** A client of the facility manager: whose sites they are, where, and what people are called there. */
export interface Client {
  tenant: string;
  /** Domain of its addresses; all are under those that nobody can own. */
  domain: string;
  zones: Words;
  /** What a site is called: a kind and a place. */
  kinds: Words;
  places: Words;
  given: Words;
  family: Words;
  /** In a week, from Monday on. */
  workingDays: 5 | 6;
  reports: { daily: string; workingDays: string; weekly: string; monthly: string };
}

/** Places and names are those of the countries; the companies are nobody's. */
export const CLIENTS: readonly [Client, ...Client[]] = [
  {
    tenant: 'nordlicht-kliniken',
    domain: 'nordlicht.example.org',
    zones: ['Europe/Berlin'],
    kinds: ['Klinik', 'Ärztehaus', 'Logistikzentrum', 'Pflegeheim'],
    places: ['München-Süd', 'Düsseldorf', 'Lübeck', 'Görlitz', 'Aachen', 'Würzburg', 'Köln-Mülheim', 'Jena'],
    given: ['Jörg', 'Änne', 'Matthias', 'Katharina', 'Sören', 'Birgit', 'Yusuf', 'Friederike', 'Lukas', 'Özlem'],
    family: ['Müller', 'Groß', 'Schäfer', 'Weiß', 'Lindqvist', 'Kühn', 'Bäcker', 'Hoffmann', 'Yıldız', 'Jansen'],
    workingDays: 5,
    reports: {
      daily: 'Tagesbericht Aufträge',
      workingDays: 'Störungen Mo–Fr',
      weekly: 'Wochenübersicht',
      monthly: 'Monatsabschluss',
    },
  },
  {
    tenant: 'sahyadri-parks',
    domain: 'sahyadri.example.com',
    zones: ['Asia/Kolkata'],
    kinds: ['Tech Park', 'Data Centre', 'Residency', 'Warehouse'],
    places: ['Hinjawadi', 'Whitefield', 'Navi Mumbai', 'Gachibowli', 'Sholinganallur', 'Salt Lake', 'Vashi', 'Powai'],
    given: ['Aarav', 'Priya', 'Sanjay', 'Ananya', 'Imran', 'Lakshmi', 'Vikram', 'Fatima', 'Rohan', 'Meera'],
    family: ['Deshpande', 'Iyer', 'Khan', 'Banerjee', 'Nair', 'Patil', 'Reddy', 'Chatterjee', 'Singh', 'D’Souza'],
    workingDays: 6,
    reports: {
      daily: 'Daily Job Status',
      workingDays: 'Tickets Mon–Sat',
      weekly: 'Weekly Summary',
      monthly: 'Monthly MIS',
    },
  },
  {
    tenant: 'harbor-pine',
    domain: 'harbor-pine.example.net',
    zones: ['America/New_York', 'America/Chicago'],
    kinds: ['Plaza', 'Distribution Center', 'Office Tower', 'Parking Garage'],
    places: ['Brooklyn', 'Newark', 'Back Bay', 'Oak Park', 'Buffalo', 'Providence', 'Peoria', 'St. Paul'],
    given: ['Denise', 'José', 'Marcus', 'Siobhán', 'Tyler', 'Renée', 'Andre', 'María', 'Kevin', 'Chloë'],
    family: ['O’Brien', 'García', 'Washington', 'Núñez', 'Kowalski', 'Nguyen', 'Lee', 'St. John', 'Muñoz', 'Baker'],
    workingDays: 5,
    reports: {
      daily: 'Daily Work Orders',
      workingDays: 'Open Tickets (Business Days)',
      weekly: 'Week in Review',
      monthly: 'Monthly Scorecard',
    },
  },
  {
    tenant: 'centra-lodzkie',
    domain: 'centra.example.com',
    zones: ['Europe/Warsaw'],
    kinds: ['Centrum Handlowe', 'Biurowiec', 'Magazyn', 'Dworzec'],
    places: ['Łódź', 'Gdańsk', 'Poznań', 'Kraków', 'Wrocław', 'Białystok', 'Rzeszów', 'Świnoujście'],
    given: [
      'Łukasz',
      'Małgorzata',
      'Paweł',
      'Zofia',
      'Krzysztof',
      'Agnieszka',
      'Grażyna',
      'Michał',
      'Jadwiga',
      'Święcisław',
    ],
    family: [
      'Wiśniewski',
      'Kowalczyk',
      'Dąbrowska',
      'Żuraw',
      'Pawłowski',
      'Grześ',
      'Nowak',
      'Szczęsna',
      'Ćwikła',
      'Lis',
    ],
    workingDays: 5,
    reports: {
      daily: 'Raport dzienny',
      workingDays: 'Zgłoszenia pn.–pt.',
      weekly: 'Zestawienie tygodniowe',
      monthly: 'Zamknięcie miesiąca',
    },
  },
  {
    tenant: 'aigaio-hotels',
    domain: 'aigaio.example.org',
    zones: ['Europe/Athens'],
    kinds: ['Ξενοδοχείο', 'Μαρίνα', 'Resort', 'Συνεδριακό Κέντρο'],
    places: ['Θεσσαλονίκη', 'Νάξος', 'Ρόδος', 'Ηράκλειο', 'Καβάλα', 'Μυτιλήνη', 'Χίος', 'Σάμος'],
    given: ['Γιώργος', 'Ελένη', 'Νίκος', 'Μαρία', 'Στέλιος', 'Κατερίνα', 'Θάνος', 'Δήμητρα', 'Άρης', 'Ιωάννα'],
    family: [
      'Παπαδόπουλος',
      'Νικολάου',
      'Βλάχος',
      'Οικονόμου',
      'Ζερβός',
      'Καραγιάννη',
      'Μαυρίδης',
      'Ξανθού',
      'Λέκκας',
      'Ρήγα',
    ],
    workingDays: 6,
    reports: {
      daily: 'Ημερήσια αναφορά',
      workingDays: 'Αιτήματα Δευ–Σαβ',
      weekly: 'Εβδομαδιαία σύνοψη',
      monthly: 'Μηνιαίος απολογισμός',
    },
  },
];
