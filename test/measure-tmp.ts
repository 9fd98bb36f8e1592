import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { ruleAgent } from '/work/h7/src/activities/transactions/rule-agent';
const rows = parse(readFileSync(process.argv[2]!,'utf8'),{columns:true}) as Record<string,string>[];
const same=(s:string)=>s.toLowerCase().replace(/&/g,'and').replace(/[^a-z0-9]/g,'');
void (async()=>{let ok=0,p=0,c=0;for(const r of rows){const f:any=await ruleAgent.process({id:'1',date:'2026-01-01',amount:'-1',description:r.Description!},{operation:'both'} as never);
const po=same(f.payee)===same(r.Payee!), co=f.classification===r.Classification&&f.worksheet===r.Worksheet; p+=+po;c+=+co;if(po&&co)ok++;else console.log(r.Description!.padEnd(45),'|',f.payee,po?'':'!= '+r.Payee,'|',f.worksheet,co?'':'!= '+r.Worksheet,'|',f.reasoning);}
console.log(rows.length,'right',ok,'payee',p,'class',c);})();
