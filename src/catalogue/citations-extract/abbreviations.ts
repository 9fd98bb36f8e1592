/** Abbreviated words of case names, without their stop: after these a stop does not end a sentence. */
const WORDS = `
  acad acct adm admin adver advert aff agric all alt am amend ann apt app arb assn assns assoc assocs asst atl att atty
  auth auto ave balt bankr bd bds bhd bhds bldg bldgs blvd boro broad bros bus cal cas cath cent cert chem chgo chi cir
  civ cmm cmty cnty co coal coll colo com comm commc commr comp compen conf cong conn cons consol const constr cont
  contl contr coop corp corps corr cos coun couns crim ct ctr ctrs cty dec def defs del dep dept dept depts dept det dev
  devs dir disab disc discip disp dist distrib div dr econ ed educ elec emp emps eng enter enters env envtl equal equip
  est ests eur ex exch exec exp fac fam fed fedn fid fin fla fls fn fnd fort found fr ft furn ga gas gen glob gov govt
  grp gtd gtr guar haw hist hosp hosps hous hr hwy ill imp imps inc ind indem indep indus inf info ins inst insts int
  interm intl inv invs irrig jr juv kan ky la lab labs legis liab libr lit litig llc llp lt ltd mach mag maint mass md
  mech med mem merch met metro mfg mfr mfrs mfrs mgmt mich min minn miss mkt mkts mo mont mortg mr mrs ms mt mun mut nat
  natl neb nev no nos nw oil okla op or ore org orgs pa pac par pat pats pers pharm pharms phila pl pls plc pres presb
  priv prob proc prod prods prof prop props prot pt pub publ publg publn rd rec ref refin reg regl rehab rel rels rep
  reprod res rest ret rev ry rwy sales sav savs sch schs sci sec secs sen serv servs ship so soc sol sols spec spg spgs
  sr ss st sta stat std ste sts sup super supt sur surg sys tax tech techs tel telecomm telecomms telecomms tenn tex
  tit tpk tr trans transcon transp twp univ unif util utils va vet vill vol vols vt wash wis wks wm wyo
  alum antitr apts arch archs bapt benef benefs cap caps cits civ colls conserv cty ctys cir digit elecs ent ents env episc fams
  hum hums ints judic leg lgl luth mar mat mats meth nurs off offs ops pen pens phys pol pow preserv proj projs psych
  rec recr regul rests rsch rts sherr stud studs subdiv supt temp terr tob tribs unempl unempt vent vents vets voc wat
  welf whse yth is advoc affs afr appar behav broth chron compar comput condo cosm delinq dipl expl guar immigr ineq inj
  intell interdisc jud jurid juris just lib loc matrim mil mod negl negot newsl prac probs rsrv resol scot
  sent socio solic subcomm surv symp tchr trib unpub urb wkly ams telecomm sw se nw ne advocs commcns commns natl gnty sho vill invest invests maj capt col cmdr comdr gov lieut sgt det`;

const KNOWN = new Set(WORDS.trim().split(/\s+/));

/** Whether a word that ends with a stop is an abbreviation, and not the last word of a sentence. */
export function isAbbreviation(word: string): boolean {
  const bare = word.replace(/^[^\p{L}\p{N}]+/u, '').replace(/\.$/, '');
  // Initials (J., U.S., M.H.P.), contracted words (Dep't., Int'l.), and those that are known.
  if (/^(?:\p{L}\.)*\p{L}$/u.test(bare) || /^\p{Lu}\p{L}*['’]\p{L}{1,2}$/u.test(bare)) return true;
  // State ex rel. Smith, Doe ex dem. Roe, Smith et al.
  if (/^(?:rel|dem|al)$/.test(bare)) return true;
  const small = bare.toLowerCase();
  return /^\p{Lu}/u.test(bare) && (KNOWN.has(small) || KNOWN.has(small.replace(/s$/, '')));
}
