/** Oracle's names of its commercial regions (docs.oracle.com, Regions and Availability Domains). */
const names: ReadonlyMap<string, string> = new Map([
  ['ap-hyderabad-1', 'India South (Hyderabad)'],
  ['ap-melbourne-1', 'Australia Southeast (Melbourne)'],
  ['ap-mumbai-1', 'India West (Mumbai)'],
  ['ap-osaka-1', 'Japan Central (Osaka)'],
  ['ap-seoul-1', 'South Korea Central (Seoul)'],
  ['ap-singapore-1', 'Singapore (Singapore)'],
  ['ap-sydney-1', 'Australia East (Sydney)'],
  ['ap-tokyo-1', 'Japan East (Tokyo)'],
  ['ca-montreal-1', 'Canada Southeast (Montreal)'],
  ['ca-toronto-1', 'Canada Southeast (Toronto)'],
  ['eu-amsterdam-1', 'Netherlands Northwest (Amsterdam)'],
  ['eu-frankfurt-1', 'Germany Central (Frankfurt)'],
  ['eu-madrid-1', 'Spain Central (Madrid)'],
  ['eu-milan-1', 'Italy Northwest (Milan)'],
  ['eu-paris-1', 'France Central (Paris)'],
  ['eu-stockholm-1', 'Sweden Central (Stockholm)'],
  ['eu-zurich-1', 'Switzerland North (Zurich)'],
  ['il-jerusalem-1', 'Israel Central (Jerusalem)'],
  ['me-dubai-1', 'UAE East (Dubai)'],
  ['me-jeddah-1', 'Saudi Arabia West (Jeddah)'],
  ['mx-queretaro-1', 'Mexico Central (Queretaro)'],
  ['sa-santiago-1', 'Chile Central (Santiago)'],
  ['sa-saopaulo-1', 'Brazil East (Sao Paulo)'],
  ['sa-vinhedo-1', 'Brazil Southeast (Vinhedo)'],
  ['uk-cardiff-1', 'UK West (Newport)'],
  ['uk-london-1', 'UK South (London)'],
  ['us-ashburn-1', 'US East (Ashburn)'],
  ['us-chicago-1', 'US Midwest (Chicago)'],
  ['us-phoenix-1', 'US West (Phoenix)'],
  ['us-sanjose-1', 'US West (San Jose)'],
]);

/** A region as the console names it; the id where this list does not know it. */
export function regionName(id: string): string {
  return names.get(id) ?? id;
}
